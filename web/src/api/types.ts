/** Our names for the generated types, so that only this file knows how the document spells them. */
import type { components } from './__generated__/schema';

type Schemas = components['schemas'];

export type Problem = Schemas['Problem'];
export type Session = Schemas['Session'];
export type Role = Schemas['Role'];
export type Brand = Schemas['Brand'];
export type AssetsDocument = Schemas['AssetsDocument'];
export type AssetMetrics = Schemas['AssetMetrics'];
export type StageCount = Schemas['StageCount'];
export type TrendDocument = Schemas['TrendDocument'];
export type FlowDocument = Schemas['FlowDocument'];
export type FlowCell = Schemas['FlowCell'];
export type FlowPeople = Schemas['FlowPeople'];
export type Overview = Schemas['Overview'];
export type Moved = Schemas['Moved'];
export type Reason = Schemas['Reason'];
export type ConsumerSummary = Schemas['ConsumerSummary'];
export type Selection = Schemas['Selection'];
export type Import = Schemas['Import'];
export type Job = Schemas['Job'];
export type Rules = Schemas['Rules'];
export type RulesVersion = Schemas['RulesVersion'];
export type RuleSet = Schemas['RuleSet'];
export type RuleStage = Schemas['RuleStage'];
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
export type Consumer = Schemas['Consumer'];
export type ConsumerEvent = Schemas['ConsumerEvent'];
export type StageSpan = Schemas['StageSpan'];
export type Money = Schemas['Money'];

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
