import type { RuleCondition } from '@/api/types';

import type { GroupKind } from './condition';
import { thresholdOf, told } from './condition';
import type { ListNode, Range, RuleText, StageNode } from './toml';

/**
 * Changes to a rule set's text that leave everything else in it as it is, comments too. Each takes the text and what
 * was read from it, and answers with the new text.
 */
type Source = { text: string; rules: RuleText };

/** Which condition: of which stage, in which of its lists, then place by place into groups. */
export type Place = { stage: number; list: number; path: number[] };

function replaced(text: string, [start, end]: Range, by: string): string {
  return `${text.slice(0, start)}${by}${text.slice(end)}`;
}

/** A text as TOML: in single quotes when that saves escaping. */
export function quoted(value: string): string {
  return value.includes('"') && !/['\u0000-\u001f\u007f]/.test(value) ? `'${value}'` : JSON.stringify(value);
}

/** A condition as TOML, on one line. */
export function printed(condition: RuleCondition): string {
  const given = told(condition);
  switch (given.kind) {
    case 'state':
      return `{ state = ${quoted(given.state)} }`;
    case 'all':
    case 'any':
      return `{ ${given.kind} = [${given.conditions.map(printed).join(', ')}] }`;
    case 'events': {
      const { behaviors, within_days, where, scope } = given.events;
      const { kind, needed } = thresholdOf(given.events);
      const parts = [`behaviors = [${behaviors.map(quoted).join(', ')}]`, `within_days = ${within_days}`];
      if (kind !== 'min_count' || needed !== 1) parts.push(`${kind} = ${needed}`);
      if (where !== null && where !== undefined && where !== '') parts.push(`where = ${quoted(where)}`);
      if (scope !== null && scope !== undefined && scope !== '') parts.push(`scope = ${quoted(scope)}`);
      return `{ ${parts.join(', ')} }`;
    }
  }
}

function listAt({ rules }: Source, { stage, list, path }: Place): ListNode | undefined {
  let found = rules.stages[stage]?.lists[list];
  for (const step of path) found = found?.conditions[step]?.list;
  return found;
}

function lineStart(text: string, at: number): number {
  return text.lastIndexOf('\n', at - 1) + 1;
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end === -1 ? text.length : end;
}

/** Where the comma after a list's element stands, if there is one; comments in between are stepped over. */
function commaAfter(text: string, at: number, end: number): number | undefined {
  let here = at;
  while (here < end) {
    const char = text.charAt(here);
    if (char === ',') return here;
    if (char === '#') here = lineEnd(text, here);
    else if (/\s/.test(char)) here += 1;
    else return undefined;
  }
  return undefined;
}

export function setCondition(source: Source, place: Place, condition: RuleCondition): string {
  const step = place.path.at(-1);
  const list = listAt(source, { ...place, path: place.path.slice(0, -1) });
  const node = step === undefined ? undefined : list?.conditions[step];
  return node === undefined ? source.text : replaced(source.text, node.range, printed(condition));
}

/** Adds a condition at the end of a list: the stage's own for an empty path, else a group's. */
export function addCondition(source: Source, place: Place, condition: RuleCondition): string {
  const { text } = source;
  const list = listAt(source, place);
  if (list === undefined) return addList(source, place.stage, condition);
  const [start, end] = list.range;
  const last = list.conditions.at(-1);
  const line = printed(condition);
  if (last === undefined) return replaced(text, list.range, `[\n  ${line},\n]`);
  const close = end - 1;
  const comma = commaAfter(text, last.range[1], close);
  const isOnOneLine = !text.slice(last.range[1], close).includes('\n');
  if (isOnOneLine) return replaced(text, [last.range[1], comma === undefined ? last.range[1] : comma + 1], `, ${line}`);
  const indent = text.slice(start, last.range[0]).includes('\n') ? /^\s*/.exec(text.slice(lineStart(text, last.range[0])))?.[0] ?? '  ' : '  ';
  const withComma = comma === undefined ? replaced(text, [last.range[1], last.range[1]], ',') : text;
  const at = lineEnd(withComma, comma ?? last.range[1]);
  return replaced(withComma, [at, at], `\n${indent}${line},`);
}

function addList({ text, rules }: Source, stage: number, condition: RuleCondition): string {
  const node = rules.stages[stage];
  if (node === undefined) return text;
  const at = lineEnd(text, node.end);
  return replaced(text, [at, at], `\nany = [\n  ${printed(condition)},\n]`);
}

export function removeCondition(source: Source, place: Place): string {
  const { text } = source;
  const step = place.path.at(-1);
  const list = listAt(source, { ...place, path: place.path.slice(0, -1) });
  const node = step === undefined ? undefined : list?.conditions[step];
  if (list === undefined || node === undefined || step === undefined) return text;
  const [start, end] = node.range;
  const comma = commaAfter(text, end, list.range[1] - 1);
  const stop = comma === undefined ? end : comma + 1;
  const from = lineStart(text, start);
  const until = lineEnd(text, stop);
  const standsAlone = text.slice(from, start).trim() === '' && /^\s*(#.*)?$/.test(text.slice(stop, until));
  if (standsAlone) return replaced(text, [from, Math.min(until + 1, text.length)], '');
  const before = list.conditions[step - 1];
  // The last of a line takes the comma before it along.
  if (comma === undefined && before !== undefined) return replaced(text, [before.range[1], end], '');
  return replaced(text, [start, stop + (text.charAt(stop) === ' ' ? 1 : 0)], '');
}

export function setListKind({ text, rules }: Source, stage: number, list: number, kind: GroupKind): string {
  const node = rules.stages[stage]?.lists[list];
  return node === undefined ? text : replaced(text, node.keyRange, kind);
}

export function setName({ text, rules }: Source, name: string): string {
  return rules.nameRange === undefined ? `name = ${quoted(name)}\n${text}` : replaced(text, rules.nameRange, quoted(name));
}

export function setCode({ text, rules }: Source, stage: number, code: string): string {
  const node = rules.stages[stage];
  if (node === undefined) return text;
  if (node.codeRange !== undefined) return replaced(text, node.codeRange, quoted(code));
  return replaced(text, [node.afterCode, node.afterCode], `\ncode = ${quoted(code)}`);
}

export function setStageName({ text, rules }: Source, stage: number, language: 'zh' | 'en', name: string): string {
  const node = rules.stages[stage];
  if (node === undefined) return text;
  const range = node.nameRanges[language];
  const other = language === 'zh' ? 'en' : 'zh';
  // An empty name is no name: the server takes none, but no blank one.
  const names = { ...node.name, [language]: name };
  const entries = (['zh', 'en'] as const).filter((each) => names[each] !== '').map((each) => `${each} = ${quoted(names[each])}`);
  const table = entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
  if (node.nameTable !== undefined) return replaced(text, node.nameTable, table);
  if (range !== undefined && name !== '') return replaced(text, range, quoted(name));
  if (node.nameRanges[other] !== undefined && name !== '') {
    return replaced(text, [node.afterCode, node.afterCode], `\nname.${language} = ${quoted(name)}`);
  }
  return name === '' ? text : replaced(text, [node.afterCode, node.afterCode], `\nname = ${table}`);
}

/** Where each stage's text begins, the comment right above its head included. */
function cuts(text: string, stages: StageNode[]): number[] {
  return stages.map((stage) => {
    let start = lineStart(text, stage.headRange[0]);
    while (start > 0) {
      const above = lineStart(text, start - 1);
      if (!text.slice(above, start).trimStart().startsWith('#')) break;
      start = above;
    }
    return start;
  });
}

function pieces({ text, rules }: Source): { head: string; stages: string[] } {
  const starts = cuts(text, rules.stages);
  return {
    head: text.slice(0, starts[0] ?? text.length).trimEnd(),
    stages: starts.map((start, place) => text.slice(start, starts[place + 1] ?? text.length).trim()),
  };
}

function joined(head: string, stages: string[]): string {
  return `${[head, ...stages].filter((piece) => piece !== '').join('\n\n')}\n`;
}

/** Adds a stage after another (-1: as the deepest), with a code that is free. */
export function addStage(source: Source, after: number): string {
  const used = new Set(source.rules.stages.map((stage) => stage.code));
  const code = Array.from({ length: 99 }, (_, place) => `S${place + 1}`).find((each) => !used.has(each)) ?? 'S';
  const { head, stages } = pieces(source);
  const fresh = `[[stage]]\ncode = ${quoted(code)}\nname = { zh = ${quoted(code)}, en = ${quoted(code)} }\nany = [\n  { behaviors = ["view"], within_days = 30 },\n]`;
  return joined(head, [...stages.slice(0, after + 1), fresh, ...stages.slice(after + 1)]);
}

export function removeStage(source: Source, stage: number): string {
  const { head, stages } = pieces(source);
  return joined(head, stages.filter((_, place) => place !== stage));
}

/** Makes a stage one step deeper (-1) or shallower (+1). */
export function moveStage(source: Source, stage: number, step: -1 | 1): string {
  const { head, stages } = pieces(source);
  const [one, other] = [stages[stage], stages[stage + step]];
  if (one === undefined || other === undefined) return source.text;
  stages[stage] = other;
  stages[stage + step] = one;
  return joined(head, stages);
}
