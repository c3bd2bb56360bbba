import { pointerName } from './steps';
import { jsonTokens } from './tracked-event';

/** What stands at a place of an event before and after a repair, as JSON; undefined where nothing does. */
export type Change = { path: string; before: string | undefined; after: string | undefined };

/** Every value that holds no others, as it was written, by its place. */
function leavesOf(text: string): Map<string, string> {
  const leaves = new Map<string, string>();
  const tokens = jsonTokens(text);
  let at = 0;
  const take = () => tokens[at++] ?? '';
  const read = (path: string): void => {
    const token = take();
    if (token !== '{' && token !== '[') {
      leaves.set(path, token);
      return;
    }
    const end = token === '{' ? '}' : ']';
    if (tokens[at] === end) {
      at += 1;
      leaves.set(path, token + end);
      return;
    }
    let place = 0;
    do {
      let name = String(place++);
      if (token === '{') {
        name = pointerName(String(JSON.parse(take())));
        // The colon.
        take();
      }
      read(`${path}/${name}`);
    } while (take() === ',');
  };
  read('');
  return leaves;
}

/** What a repair changed in an event: both are JSON. */
export function changesOf(event: string, repaired: string): Change[] {
  try {
    JSON.parse(event);
    JSON.parse(repaired);
  } catch {
    return [];
  }
  const [before, after] = [leavesOf(event), leavesOf(repaired)];
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((path) => before.get(path) !== after.get(path))
    .map((path) => ({ path, before: before.get(path), after: after.get(path) }));
}
