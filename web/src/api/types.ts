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
export type Upload = Schemas['Upload'];
export type Mapping = Schemas['Mapping'];
export type Suggestion = Schemas['Suggestion'];
export type ImportPreview = Schemas['ImportPreview'];
export type PreviewBlock = Schemas['PreviewBlock'];
export type PreviewRow = Schemas['PreviewRow'];
export type RejectsSummary = Schemas['RejectsSummary'];
export type Reject = Schemas['Reject'];
export type Rules = Schemas['Rules'];
export type RulesVersion = Schemas['RulesVersion'];
export type RuleSet = Schemas['RuleSet'];

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
