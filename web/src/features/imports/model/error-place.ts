import type { ApiError } from '@/api/errors';

/** What is wrong with a mapping, and on which of its lines, when that can be told. */
export type MappingProblem = { message: string; line: number | undefined };

const SQL_PLACE = /Line: (\d+), Column: \d+/i;
/** Names that messages quote: 'x', "x", `x`. */
const QUOTED = /['"`]([^'"`\s]+)['"`]/g;

/** What the server says of a mapping's text. */
export function mappingProblem(error: ApiError, text: string): MappingProblem {
  const first = error.fields[0];
  if (first === undefined) return { message: error.message, line: lineIn(error.message) };
  return { message: first.message, line: lineOf(first.field, first.message, text.split('\n')) };
}

function lineIn(text: string): number | undefined {
  const found = /\bline (\d+)/.exec(text)?.[1];
  return found === undefined ? undefined : Number(found);
}

/** Fields are `line 12`, `events 2` (the block's kind and number among its kind), or `input orders`. */
function lineOf(field: string, message: string, lines: string[]): number | undefined {
  const [kind = '', which = ''] = field.split(' ');
  if (kind === 'line') return Number(which) || undefined;
  if (kind === 'input') return lineOfInput(which.replaceAll('"', ''), lines);
  const start = blockStart(kind, Number(which), lines);
  return start === undefined ? undefined : lineInBlock(start, message, lines);
}

function lineOfInput(name: string, lines: string[]): number | undefined {
  const escaped = name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const place = lines.findIndex((line) => new RegExp(`^\\s*(\\[inputs\\.${escaped}\\]|${escaped}\\s*=)`).test(line));
  return place < 0 ? undefined : place + 1;
}

function blockStart(kind: string, number: number, lines: string[]): number | undefined {
  let seen = 0;
  for (const [place, line] of lines.entries()) {
    if (line.trim().replaceAll(' ', '') !== `[[${kind}]]`) continue;
    seen += 1;
    if (seen === number) return place;
  }
  return undefined;
}

/** The line of a block that a message is about: by the place in its SQL, by a name that it quotes, else its heading. */
function lineInBlock(start: number, message: string, lines: string[]): number {
  const end = lines.findIndex((line, place) => place > start && /^\s*\[/.test(line));
  const block = lines.slice(start, end < 0 ? undefined : end);
  const sqlStart = block.findIndex((line) => /"""|'''/.test(line));
  const inSql = SQL_PLACE.exec(message)?.[1];
  if (inSql !== undefined && sqlStart >= 0) {
    // TOML drops the line end that follows the opening quotes.
    const opensAtEnd = /("""|''')\s*$/.test(block[sqlStart] ?? '');
    return start + sqlStart + Number(inSql) + (opensAtEnd ? 1 : 0);
  }
  for (const [, name] of message.matchAll(QUOTED)) {
    const place = block.findIndex((line) => name !== undefined && line.includes(name.split('.').at(-1) ?? name));
    if (place >= 0) return start + place + 1;
  }
  return start + 1;
}
