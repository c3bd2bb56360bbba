export type SearchEntry =
  | { kind: 'page'; label: string; path: string }
  | { kind: 'number'; number: number }
  | { kind: 'id'; id: string };

/** What a typed text may mean: pages whose name has it, a consumer's number, or an id of a type. */
export function searchEntries(text: string, pages: { label: string; path: string }[], mayFindConsumers: boolean): SearchEntry[] {
  const wanted = text.trim();
  const entries: SearchEntry[] = pages
    .filter((page) => page.label.toLowerCase().includes(wanted.toLowerCase()))
    .map((page) => ({ kind: 'page', ...page }));
  if (!mayFindConsumers) return entries;
  if (/^\d{1,15}$/.test(wanted)) entries.push({ kind: 'number', number: Number(wanted) });
  if (/^[a-z][a-z0-9_]*:.+$/i.test(wanted)) entries.push({ kind: 'id', id: wanted });
  return entries;
}
