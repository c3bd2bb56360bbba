import type { TFunction } from 'i18next';

import type { RuleCondition, RuleSet, RuleStage } from '@/api/types';
import { behaviorName } from '@/lib/behaviors';

import { canonical, stageName, told } from './condition';
import { thresholdWords } from './words';

/** What became of something between two versions. */
export type Mark = 'same' | 'changed' | 'added' | 'removed';
export type ConditionPair = { mark: Mark; before?: RuleCondition; after?: RuleCondition };
export type StagePair = { code: string; mark: Mark; before?: RuleStage; after?: RuleStage; isMoved: boolean; isRenamed: boolean; conditions: ConditionPair[] };

/** How alike two conditions are, to find which became which. */
function likeness(one: RuleCondition, other: RuleCondition): number {
  const [a, b] = [told(one), told(other)];
  if (a.kind === 'events' && b.kind === 'events') {
    const shared = a.events.behaviors.filter((each) => b.events.behaviors.includes(each)).length;
    return shared / new Set([...a.events.behaviors, ...b.events.behaviors]).size;
  }
  return a.kind === b.kind ? 0.5 : 0;
}

/** Which condition became which: equal ones first, then the most alike; what is left went or came. */
export function pairConditions(before: RuleCondition[], after: RuleCondition[]): ConditionPair[] {
  const texts = before.map(canonical);
  const partner = new Map<number, number>();
  const used = new Set<number>();
  after.forEach((condition, to) => {
    const from = texts.findIndex((text, place) => !used.has(place) && text === canonical(condition));
    if (from === -1) return;
    used.add(from);
    partner.set(to, from);
  });
  const equal = new Set(partner.keys());
  const candidates = after.flatMap((condition, to) =>
    partner.has(to) ? [] : before.flatMap((old, from) => (used.has(from) ? [] : [{ to, from, likeness: likeness(old, condition) }])),
  );
  for (const { to, from, likeness: score } of candidates.sort((a, b) => b.likeness - a.likeness)) {
    if (score <= 0 || partner.has(to) || used.has(from)) continue;
    used.add(from);
    partner.set(to, from);
  }
  const pairs: ConditionPair[] = after.map((condition, to) => {
    const from = partner.get(to);
    const old = from === undefined ? undefined : before[from];
    if (old === undefined) return { mark: 'added', after: condition };
    return { mark: equal.has(to) ? 'same' : 'changed', before: old, after: condition };
  });
  return [...pairs, ...before.flatMap((old, from): ConditionPair[] => (used.has(from) ? [] : [{ mark: 'removed', before: old }]))];
}

/** Two versions stage by stage, in the order of the newer one; what it lacks stands where it was. */
export function diffRules(before: RuleSet, after: RuleSet): StagePair[] {
  const codes = { before: before.stages.map((stage) => stage.code), after: after.stages.map((stage) => stage.code) };
  const common = { before: codes.before.filter((code) => codes.after.includes(code)), after: codes.after.filter((code) => codes.before.includes(code)) };
  const pairs = after.stages.map((stage): StagePair => {
    const old = before.stages.find((each) => each.code === stage.code);
    if (old === undefined) {
      return { code: stage.code, mark: 'added', after: stage, isMoved: false, isRenamed: false, conditions: pairConditions([], stage.any) };
    }
    const conditions = pairConditions(old.any, stage.any);
    const isRenamed = old.name['zh'] !== stage.name['zh'] || old.name['en'] !== stage.name['en'];
    const isMoved = common.before.indexOf(stage.code) !== common.after.indexOf(stage.code);
    const isSame = !isRenamed && !isMoved && conditions.every((pair) => pair.mark === 'same');
    return { code: stage.code, mark: isSame ? 'same' : 'changed', before: old, after: stage, isMoved, isRenamed, conditions };
  });
  before.stages.forEach((stage, place) => {
    if (codes.after.includes(stage.code)) return;
    const pair: StagePair = { code: stage.code, mark: 'removed', before: stage, isMoved: false, isRenamed: false, conditions: pairConditions(stage.any, []) };
    pairs.splice(Math.min(place, pairs.length), 0, pair);
  });
  return pairs;
}

/** How many things differ. */
export function countDifferences(pairs: StagePair[]): number {
  return pairs.reduce((sum, pair) => {
    if (pair.mark === 'added' || pair.mark === 'removed') return sum + 1;
    return sum + Number(pair.isMoved) + Number(pair.isRenamed) + pair.conditions.filter((each) => each.mark !== 'same').length;
  }, 0);
}

/** What changed in a condition, in words. */
export function conditionChanges(before: RuleCondition, after: RuleCondition, t: TFunction): string[] {
  const [a, b] = [told(before), told(after)];
  if (a.kind !== 'events' || b.kind !== 'events') return [t('rules.compare.nested')];
  const names = (behaviors: string[]) => behaviors.map((each) => behaviorName(each, t)).join(t('rules.words.behavior_join'));
  const added = b.events.behaviors.filter((each) => !a.events.behaviors.includes(each));
  const removed = a.events.behaviors.filter((each) => !b.events.behaviors.includes(each));
  const once = t('rules.words.times', { n: 1 });
  const thresholds = { from: (thresholdWords(a.events, t) || once).trim(), to: (thresholdWords(b.events, t) || once).trim() };
  return [
    a.events.within_days !== b.events.within_days && t('rules.compare.window', { from: a.events.within_days, to: b.events.within_days }),
    thresholds.from !== thresholds.to && t('rules.compare.threshold', thresholds),
    added.length > 0 && t('rules.compare.behaviors_added', { behaviors: names(added) }),
    removed.length > 0 && t('rules.compare.behaviors_removed', { behaviors: names(removed) }),
    (a.events.where ?? '') !== (b.events.where ?? '') && t('rules.compare.filter'),
    (a.events.scope ?? '') !== (b.events.scope ?? '') && t('rules.compare.scope'),
  ].filter((change) => change !== false);
}

/** What changed of a stage besides its conditions. */
export function stageChanges(pair: StagePair, language: 'zh' | 'en', t: TFunction): string[] {
  return [
    pair.mark === 'added' && t('rules.compare.stage_added'),
    pair.mark === 'removed' && t('rules.compare.stage_removed'),
    pair.isMoved && t('rules.compare.stage_moved'),
    pair.isRenamed && pair.before && pair.after && t('rules.compare.renamed', { from: stageName(pair.before, language), to: stageName(pair.after, language) }),
  ].filter((change): change is string => typeof change === 'string');
}
