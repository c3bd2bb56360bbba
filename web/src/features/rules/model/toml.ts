import type { AST } from 'toml-eslint-parser';
import { getStaticTOMLValue, ParseError, parseTOML } from 'toml-eslint-parser';

import type { RuleCondition, RuleSet } from '@/api/types';

import type { GroupKind } from './condition';

/** The one module that knows the TOML library: a rule set's text as what it says, and where it says it. */
export type Range = readonly [start: number, end: number];

export type ConditionNode = { condition: RuleCondition; range: Range; list?: ListNode };
export type ListNode = { kind: GroupKind; keyRange: Range; range: Range; conditions: ConditionNode[] };
export type StageNode = {
  code: string;
  name: { zh: string; en: string };
  lists: ListNode[];
  /** Where to put a line that belongs to the stage's head. */
  afterCode: number;
  codeRange?: Range;
  nameRanges: { zh?: Range; en?: Range };
  /** The inline table of names, when there is one. */
  nameTable?: Range;
  /** Of `[[stage]]`. */
  headRange: Range;
  end: number;
};
export type RuleText = { name: string; entity: string; nameRange?: Range; stages: StageNode[] };

export type Reading = { ok: true; rules: RuleText } | { ok: false; line: number; message: string };

type Tables = AST.TOMLInlineTable | AST.TOMLTable;

function keyOf(entry: AST.TOMLKeyValue): string[] {
  return entry.key.keys.map((key) => (key.type === 'TOMLBare' ? key.name : key.value));
}

function entryOf(table: Tables, path: string[]): AST.TOMLKeyValue | undefined {
  for (const entry of table.body) {
    const key = keyOf(entry);
    if (key.length > path.length || key.some((part, place) => part !== path[place])) continue;
    if (key.length === path.length) return entry;
    if (entry.value.type === 'TOMLInlineTable') return entryOf(entry.value, path.slice(key.length));
  }
  return undefined;
}

function valueOf(table: Tables, path: string[]): unknown {
  const entry = entryOf(table, path);
  return entry === undefined ? undefined : getStaticTOMLValue(entry.value);
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : undefined);
const numberOf = (value: unknown) => (typeof value === 'number' ? value : undefined);

function listNode(entry: AST.TOMLKeyValue, kind: GroupKind): ListNode | undefined {
  if (entry.value.type !== 'TOMLArray') return undefined;
  const conditions = entry.value.elements.flatMap((element) => (element.type === 'TOMLInlineTable' ? [conditionNode(element)] : []));
  return { kind, keyRange: entry.key.range, range: entry.value.range, conditions };
}

/** Reads what may be there; what may not be is for the server to name. */
function conditionNode(table: AST.TOMLInlineTable): ConditionNode {
  for (const kind of ['all', 'any'] as const) {
    const entry = entryOf(table, [kind]);
    const list = entry && listNode(entry, kind);
    if (list === undefined) continue;
    const inner = list.conditions.map((node) => node.condition);
    return { condition: kind === 'all' ? { all: inner } : { any: inner }, range: table.range, list };
  }
  const state = textOf(valueOf(table, ['state']));
  if (state !== undefined) return { condition: { state }, range: table.range };
  const behaviors = valueOf(table, ['behaviors']);
  const condition: RuleCondition = {
    behaviors: Array.isArray(behaviors) ? behaviors.filter((each) => typeof each === 'string') : [],
    within_days: numberOf(valueOf(table, ['within_days'])) ?? 0,
  };
  for (const key of ['min_count', 'min_distinct_days', 'min_orders'] as const) {
    const value = numberOf(valueOf(table, [key]));
    if (value !== undefined) condition[key] = value;
  }
  for (const key of ['where', 'scope'] as const) {
    const value = textOf(valueOf(table, [key]));
    if (value !== undefined) condition[key] = value;
  }
  return { condition, range: table.range };
}

function stageNode(table: AST.TOMLTable): StageNode {
  const code = entryOf(table, ['code']);
  const names = { zh: entryOf(table, ['name', 'zh']), en: entryOf(table, ['name', 'en']) };
  const nameTable = entryOf(table, ['name'])?.value;
  const lists = (['any', 'all'] as const).flatMap((kind) => {
    const entry = entryOf(table, [kind]);
    const list = entry && listNode(entry, kind);
    return list === undefined ? [] : [list];
  });
  return {
    code: textOf(valueOf(table, ['code'])) ?? '',
    name: { zh: textOf(valueOf(table, ['name', 'zh'])) ?? '', en: textOf(valueOf(table, ['name', 'en'])) ?? '' },
    lists,
    afterCode: (code ?? table.key).range[1] + (code === undefined ? 2 : 0),
    ...(code === undefined ? {} : { codeRange: code.value.range }),
    nameRanges: { ...(names.zh && { zh: names.zh.value.range }), ...(names.en && { en: names.en.value.range }) },
    ...(nameTable?.type === 'TOMLInlineTable' ? { nameTable: nameTable.range } : {}),
    headRange: table.range,
    end: table.range[1],
  };
}

/** Reads a rule set's text, or says on which line it cannot be read. */
export function readRules(text: string): Reading {
  try {
    const top = parseTOML(text, { tomlVersion: '1.0' }).body[0];
    const rules: RuleText = { name: '', entity: 'brand', stages: [] };
    for (const part of top.body) {
      if (part.type === 'TOMLTable') {
        const [first] = part.resolvedKey;
        if (part.kind !== 'array' || first !== 'stage' || part.resolvedKey.length !== 2) {
          return { ok: false, line: part.loc.start.line, message: 'write stages as [[stage]] tables, their names as name = { zh = "…", en = "…" }' };
        }
        rules.stages.push(stageNode(part));
      } else {
        const [key] = keyOf(part);
        const value = textOf(getStaticTOMLValue(part.value));
        if (key === 'entity' && value !== undefined) rules.entity = value;
        if (key === 'name' && value !== undefined) {
          rules.name = value;
          rules.nameRange = part.value.range;
        }
      }
    }
    return { ok: true, rules };
  } catch (error) {
    if (error instanceof ParseError) return { ok: false, line: error.lineNumber, message: error.message };
    throw error;
  }
}

/** What a text says, in the shape of the server's answer. A stage with both lists needs both. */
export function ruleSetOf(rules: RuleText): RuleSet {
  return {
    name: rules.name,
    entity: rules.entity,
    stages: rules.stages.map((stage) => {
      const conditions = (list: ListNode) => list.conditions.map((node) => node.condition);
      const [one, other] = stage.lists;
      const groups = stage.lists.map((list): RuleCondition => (list.kind === 'all' ? { all: conditions(list) } : { any: conditions(list) }));
      const any = other !== undefined ? [{ all: groups }] : one === undefined ? [] : one.kind === 'any' ? conditions(one) : groups;
      return { code: stage.code, name: { zh: stage.name.zh, en: stage.name.en }, any };
    }),
  };
}
