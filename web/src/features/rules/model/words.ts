import type { TFunction } from 'i18next';

import type { EventRule, RuleCondition, RuleStage } from '@/api/types';
import type { Language } from '@/lib/format/format';
import { behaviorDid } from '@/lib/behaviors';

import { stageName, thresholdOf, told } from './condition';

/** A piece of a sentence; `code` is shown as it is written. */
export type Part = { kind: 'text' | 'code'; text: string };

/** Stands around code while a sentence is put together; never part of a rule's text. */
const MARK = '\u0001';

function listOf(behaviors: string[], t: TFunction): string {
  const words = behaviors.map((behavior) => behaviorDid(behavior, t));
  const last = words.pop() ?? '';
  return words.length === 0 ? last : `${words.join(t('rules.words.behavior_join'))}${t('rules.words.behavior_last')}${last}`;
}

/** "at least 3 times" */
export function thresholdWords(events: EventRule, t: TFunction): string {
  const { kind, needed: n } = thresholdOf(events);
  if (kind === 'min_orders') return n === 1 ? t('rules.words.one_order') : t('rules.words.orders', { n });
  if (n === 1) return t('rules.words.once');
  return kind === 'min_count' ? t('rules.words.times', { n }) : t('rules.words.days', { n });
}

function eventWords(events: EventRule, t: TFunction): string {
  const filter = events.where?.replaceAll(MARK, '');
  const values = {
    days: events.within_days,
    behaviors: listOf(events.behaviors, t),
    filter: filter === undefined ? '' : t('rules.words.filter', { filter: `${MARK}${filter}${MARK}` }),
    threshold: thresholdWords(events, t),
    scope: events.scope === 'brand' ? t('rules.words.scope_brand') : '',
  };
  return events.within_days === 1 ? t('rules.words.event_day', values) : t('rules.words.event', values);
}

function marked(condition: RuleCondition, t: TFunction): string {
  const given = told(condition);
  switch (given.kind) {
    case 'events':
      return eventWords(given.events, t);
    case 'state':
      return given.state === 'member' ? t('rules.words.member') : given.state === 'fan' ? t('rules.words.fan') : given.state;
    case 'all':
    case 'any': {
      const inner = given.conditions.map((each) => {
        const words = marked(each, t);
        return 'all' in each || 'any' in each ? t('rules.words.group', { words }) : words;
      });
      return inner.join(given.kind === 'all' ? t('rules.words.and') : t('rules.words.or'));
    }
  }
}

/** A condition in words, with the code in it told apart. */
export function conditionParts(condition: RuleCondition, t: TFunction): Part[] {
  return marked(condition, t)
    .split(MARK)
    .map((text, place): Part => ({ kind: place % 2 === 1 ? 'code' : 'text', text }))
    .filter((part) => part.text !== '');
}

export function conditionWords(condition: RuleCondition, t: TFunction): string {
  return marked(condition, t).replaceAll(MARK, '');
}

/** "Loyalty: bought on at least 2 different days within 365 days, or …" */
export function stageWords(stage: RuleStage, language: Language, t: TFunction): string {
  const conditions = stage.any.map((condition) => {
    const words = conditionWords(condition, t);
    return 'all' in condition ? t('rules.words.group', { words }) : words;
  });
  // One alternative needs no bracket around it.
  const [only] = stage.any;
  const text = stage.any.length === 1 && only !== undefined ? conditionWords(only, t) : conditions.join(t('rules.words.or'));
  return t('rules.words.stage', { stage: stageName(stage, language), conditions: text });
}
