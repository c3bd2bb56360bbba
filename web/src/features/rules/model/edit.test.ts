import { readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { addCondition, addStage, moveStage, printed, removeCondition, removeStage, setCode, setCondition, setListKind, setName, setStageName } from './edit';
import { readRules, ruleSetOf } from './toml';

const AIPL = readFileSync('../presets/aipl.toml', 'utf8');
const FIVE_A = readFileSync('../presets/5a.toml', 'utf8');

function source(text: string) {
  const reading = readRules(text);
  if (!reading.ok) throw new Error(`line ${reading.line}: ${reading.message}`);
  return { text, rules: reading.rules };
}

const rulesOf = (text: string) => ruleSetOf(source(text).rules);

test('changing one condition leaves every other character as it was', () => {
  const after = setCondition(source(AIPL), { stage: 0, list: 0, path: [0] }, { behaviors: ['purchase'], within_days: 180, min_orders: 3 });
  const changed = AIPL.split('\n').flatMap((line, place) => (after.split('\n')[place] === line ? [] : [after.split('\n')[place]]));
  expect(changed).toEqual(['  { behaviors = ["purchase"], within_days = 180, min_orders = 3 },']);
});

test('a condition inside a group is reached', () => {
  const after = setCondition(source(FIVE_A), { stage: 0, list: 0, path: [1, 1, 0] }, { state: 'fan' });
  expect(rulesOf(after).stages[0]?.any[1]).toMatchObject({ all: [{}, { any: [{ state: 'fan' }, { state: 'fan' }] }, {}] });
  const grown = addCondition(source(FIVE_A), { stage: 0, list: 0, path: [1] }, { state: 'member' });
  expect(rulesOf(grown).stages[0]?.any[1]).toMatchObject({ all: [{}, {}, {}, { state: 'member' }] });
});

test('an added condition goes below the last one, past its comment', () => {
  const after = addCondition(source(AIPL), { stage: 0, list: 0, path: [] }, { state: 'member' });
  expect(after).toContain('where = "rating >= 4" },        # on a scale of 5\n  { state = "member" },\n]');
  const onOneLine = addCondition(source(AIPL), { stage: 1, list: 0, path: [] }, { state: 'fan' });
  expect(onOneLine).toContain('any = [{ behaviors = ["purchase"], within_days = 910 }, { state = "fan" }]');
});

test('removing takes the comma along, and the line when nothing else is on it', () => {
  const after = removeCondition(source(AIPL), { stage: 0, list: 0, path: [1] });
  expect(rulesOf(after).stages[0]?.any).toHaveLength(1);
  expect(after).not.toContain('on a scale of 5');
  const nested = removeCondition(source(FIVE_A), { stage: 0, list: 0, path: [1, 2] });
  expect(rulesOf(nested).stages[0]?.any[1]).toMatchObject({ all: [{}, { any: [{}, {}] }] });
  const first = removeCondition(source(FIVE_A), { stage: 0, list: 0, path: [1, 1, 0] });
  expect(first).toContain('{ any = [{ state = "fan" }] }');
});

test('stages are added, moved and removed with the comments that belong to them', () => {
  const text = AIPL.replace('[[stage]]\ncode = "P"', '# whoever paid\n[[stage]]\ncode = "P"');
  const moved = moveStage(source(text), 1, 1);
  expect(rulesOf(moved).stages.map((stage) => stage.code)).toEqual(['L', 'I', 'P', 'A']);
  expect(moved).toContain('# whoever paid\n[[stage]]\ncode = "P"');
  expect(moved).toContain('# Default AIPL');
  expect(removeStage(source(text), 1)).not.toContain('whoever paid');
  const added = addStage(source(text), 3);
  expect(rulesOf(added).stages.map((stage) => stage.code)).toEqual(['L', 'P', 'I', 'A', 'S1']);
  expect(rulesOf(addStage(source('name = "x"\nentity = "brand"\n'), -1)).stages).toHaveLength(1);
});

test('names, codes and how conditions go together are set in place', () => {
  let text = setName(source(AIPL), 'mine');
  text = setCode(source(text), 0, 'LL');
  text = setStageName(source(text), 0, 'en', 'Loyal');
  text = setStageName(source(text), 1, 'en', '');
  text = setListKind(source(text), 0, 0, 'all');
  expect(text).toContain('name = "mine"');
  expect(rulesOf(text).stages[0]).toMatchObject({ code: 'LL', name: { zh: '忠诚', en: 'Loyal' }, any: [{ all: [{}, {}] }] });
  expect(text).toContain('name = { zh = "购买" }');
  expect(text.match(/#/g)).toEqual(AIPL.match(/#/g));
});

test('what is printed is read back as the same', () => {
  for (const condition of rulesOf(FIVE_A).stages.flatMap((stage) => stage.any)) {
    const text = `name = "x"\nentity = "brand"\n[[stage]]\ncode = "A"\nany = [${printed(condition)}]\n`;
    expect(rulesOf(text).stages[0]?.any[0]).toEqual(condition);
  }
});

test('a text that cannot be read says on which line', () => {
  expect(readRules('name = "x"\nentity = brand\n')).toMatchObject({ ok: false, line: 2 });
});
