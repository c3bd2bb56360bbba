/** A tracked event as a reject keeps it. */
export type TrackedEvent = { text: string; call: string | undefined; isCut: boolean };

/** The event of a refused row, when the row is one. */
export function trackedEvent(row: Record<string, unknown>): TrackedEvent | undefined {
  const { _event: text, _call: call, _cut: cut } = row;
  if (typeof text !== 'string') return undefined;
  return { text, call: typeof call === 'string' ? call : undefined, isCut: cut === true };
}

/** The parts of a text that is JSON, each as it was written. */
export function jsonTokens(text: string): string[] {
  return text.match(/"(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s[\]{},:"]+/g) ?? [];
}

/** JSON set out line by line, a text that is none as it is. Numbers and names given twice stay as they were written. */
export function prettyJson(text: string): string {
  try {
    JSON.parse(text);
  } catch {
    return text;
  }
  const tokens = jsonTokens(text);
  let [pretty, depth] = ['', 0];
  const line = () => `\n${'  '.repeat(depth)}`;
  tokens.forEach((token, place) => {
    const before = tokens[place - 1] ?? '';
    if (token === '}' || token === ']') {
      depth -= 1;
      pretty += before === '{' || before === '[' ? token : `${line()}${token}`;
      return;
    }
    if (before === '{' || before === '[' || before === ',') pretty += line();
    if (token === '{' || token === '[') depth += 1;
    pretty += token === ':' ? ': ' : token;
  });
  return pretty;
}
