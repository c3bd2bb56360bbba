import type { EventRule, RuleCondition, RuleStage } from '@/api/types';
import type { Language } from '@/lib/format/format';

export type EventCondition = EventRule;
export type GroupKind = 'all' | 'any';
export type ConditionKind = 'events' | 'state' | GroupKind;
export type ThresholdKind = 'min_count' | 'min_distinct_days' | 'min_orders';

export const THRESHOLD_KINDS: ThresholdKind[] = ['min_count', 'min_distinct_days', 'min_orders'];

/** A condition with its kind told. */
export type Told =
  | { kind: 'events'; events: EventRule }
  | { kind: 'state'; state: string }
  | { kind: GroupKind; conditions: RuleCondition[] };

export function told(condition: RuleCondition): Told {
  if ('behaviors' in condition) return { kind: 'events', events: condition };
  if ('state' in condition) return { kind: 'state', state: condition.state };
  if ('all' in condition) return { kind: 'all', conditions: condition.all };
  return { kind: 'any', conditions: condition.any };
}

export type Threshold = { kind: ThresholdKind; needed: number };

/** How much must match; once when nothing is said. */
export function thresholdOf(events: EventRule): Threshold {
  for (const kind of THRESHOLD_KINDS) {
    const needed = events[kind];
    if (needed !== null && needed !== undefined) return { kind, needed };
  }
  return { kind: 'min_count', needed: 1 };
}

export function withThreshold(events: EventRule, { kind, needed }: Threshold): EventRule {
  const rest: EventRule = { behaviors: events.behaviors, within_days: events.within_days };
  if (kind !== 'min_count' || needed !== 1) rest[kind] = needed;
  if (events.where !== null && events.where !== undefined) rest.where = events.where;
  if (events.scope !== null && events.scope !== undefined) rest.scope = events.scope;
  return rest;
}

/** Equal texts mean equal conditions, whatever order behaviors are in. */
export function canonical(condition: RuleCondition): string {
  const given = told(condition);
  switch (given.kind) {
    case 'events': {
      const { kind, needed } = thresholdOf(given.events);
      // One day with a match is one match.
      const isOnce = needed === 1 && kind === 'min_distinct_days';
      const { behaviors, within_days, where, scope } = given.events;
      return JSON.stringify([[...new Set(behaviors)].sort(), within_days, isOnce ? 'min_count' : kind, needed, where ?? null, scope ?? null]);
    }
    case 'state':
      return JSON.stringify(given.state);
    case 'all':
    case 'any':
      return JSON.stringify({ [given.kind]: given.conditions.map(canonical) });
  }
}

/** A stage's name in a language, or its code. */
export function stageName(stage: Pick<RuleStage, 'code' | 'name'>, language: Language): string {
  const other = language === 'zh' ? 'en' : 'zh';
  return stage.name[language] || stage.name[other] || stage.code;
}

/** What a new condition of a kind says at first. */
export function freshCondition(kind: ConditionKind): RuleCondition {
  switch (kind) {
    case 'events':
      return { behaviors: ['view'], within_days: 30 };
    case 'state':
      return { state: 'member' };
    case 'all':
      return { all: [freshCondition('events'), freshCondition('state')] };
    case 'any':
      return { any: [freshCondition('events'), freshCondition('state')] };
  }
}
