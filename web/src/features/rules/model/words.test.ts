import { readFileSync } from 'node:fs';

import i18next from 'i18next';
import { expect, test } from 'vitest';

import type { RuleStage } from '@/api/types';

import { readRules, ruleSetOf } from './toml';
import { conditionParts, stageWords } from './words';

function preset(name: string) {
  const reading = readRules(readFileSync(`../presets/${name}.toml`, 'utf8'));
  if (!reading.ok) throw new Error(reading.message);
  return ruleSetOf(reading.rules);
}

for (const name of ['aipl', '5a', 'jd4a']) {
  for (const language of ['zh', 'en'] as const) {
    test(`the preset ${name} reads in ${language}`, () => {
      const t = i18next.getFixedT(language);
      expect(preset(name).stages.map((stage) => stageWords(stage, language, t)).join('\n')).toMatchSnapshot();
    });
  }
}

test('code in a condition is told apart from words', () => {
  const parts = conditionParts({ behaviors: ['review'], within_days: 365, where: 'rating >= 4' }, i18next.getFixedT('en'));
  expect(parts).toEqual([
    { kind: 'text', text: 'reviewed with ' },
    { kind: 'code', text: 'rating >= 4' },
    { kind: 'text', text: ' within 365 days' },
  ]);
});

test('a single day, own behaviors, nesting and scope have words', () => {
  const stage: RuleStage = {
    code: 'X',
    name: {},
    any: [{ all: [{ behaviors: ['custom:try-on'], within_days: 1, min_count: 3, scope: 'brand' }, { any: [{ state: 'member' }, { state: 'fan' }] }] }],
  };
  expect(stageWords(stage, 'en', i18next.getFixedT('en'))).toBe(
    'X: try-on at least 3 times on the day itself (only in the history of the brand, not of categories and items), and (is a member, or is a fan)',
  );
  expect(stageWords(stage, 'zh', i18next.getFixedT('zh'))).toBe('X:当天try-on,至少 3 次(只计入品牌整体,不计入类目和商品),并且(是会员;或者是粉丝)');
});
