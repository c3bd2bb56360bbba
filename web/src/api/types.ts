/** Our names for the generated types, so that only this file knows how the document spells them. */
import type { components } from './__generated__/schema';

type Schemas = components['schemas'];

export type Problem = Schemas['Problem'];
export type Session = Schemas['Session'];
export type Role = Schemas['Role'];
export type Brand = Schemas['Brand'];
export type AssetsDocument = Schemas['AssetsDocument'];
export type AssetMetrics = Schemas['MetricsDocument'];
export type StageCount = Schemas['StageDocument'];
export type TrendDocument = Schemas['TrendDocument'];
export type FlowDocument = Schemas['FlowDocument'];
export type FlowCell = Schemas['FlowCellDocument'];
export type FlowPeople = Schemas['PeopleDocument'];
export type Overview = Schemas['OverviewDocument'];
export type Moved = Schemas['MovedDocument'];
export type Reason = Schemas['ReasonDocument'];
export type ConsumerSummary = Schemas['ConsumerSummary'];
export type Definition = Schemas['Definition'];
export type Selection = Schemas['Selection'];
export type Import = Schemas['Import'];
export type Job = Schemas['Job'];
export type Upload = Schemas['Upload'];
export type Mapping = Schemas['Mapping'];
export type Suggestion = Schemas['MappingSuggestion'];
export type ImportPreview = Schemas['ImportPreview'];
export type PreviewBlock = Schemas['BlockPreview'];
export type PreviewRow = Schemas['RowPreview'];
export type RejectsSummary = Schemas['RejectsSummary'];
export type Reject = Schemas['Reject'];
export type RepairStep = Schemas['RepairStep'];
export type ReplayQuestion = Schemas['ReplayQuestion'];
export type Replayed = Schemas['ReplayedDocument'];
export type ReplayedExample = Schemas['ReplayedExample'];
export type Rules = Schemas['SavedRuleSet'];
export type RulesVersion = Schemas['RuleSetWithText'];
export type RuleSet = Schemas['RuleSet'];
export type RuleStage = Schemas['StageRule'];
export type RuleCondition = Schemas['RuleCondition'];
export type EventRule = Schemas['EventRule'];
export type User = Schemas['User'];
export type NewUser = Schemas['NewUser'];
export type UserChange = Schemas['UserChange'];
export type Grant = Schemas['Grant'];
export type Member = Schemas['Member'];
export type Key = Schemas['Key'];
export type NewKey = Schemas['NewKey'];
export type AuditEntry = Schemas['AuditEntry'];
export type Consumer = Schemas['ConsumerDocument'];
export type ConsumerEvent = Schemas['EventDocument'];
export type StageSpan = Schemas['StayDocument'];
export type Money = Schemas['MoneyDocument'];
export type IdentityExplanation = Schemas['IdentityExplanation'];
export type ExplainedId = Schemas['ExplainedId'];
export type ExplainedLink = Schemas['ExplainedLink'];
export type IdentityConflict = Schemas['IdentityConflict'];
export type IdentityConflicts = Schemas['IdentityConflicts'];
export type TrackingCounts = Schemas['TrackingCounts'];
export type TrackingSource = Schemas['SourceCounts'];
export type TrackingSettings = Schemas['TrackingSettings'];

/** What a person may do in a brand. */
export type Action =
  | 'assets.read'
  | 'consumers.read'
  | 'selections.write'
  | 'rejects.summary'
  | 'imports.read'
  | 'imports.write'
  | 'rejects.read'
  | 'rules.write'
  | 'keys.manage'
  | 'members.manage'
  | 'audit.read';
