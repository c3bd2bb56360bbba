import type { ImportPreview } from '@/api/types';

/** How many rows were looked at, and how many of them would be refused. */
export function previewCounts(preview: ImportPreview): { rows: number; refused: number } {
  const rows = preview.blocks.flatMap((block) => block.rows);
  return { rows: rows.length, refused: rows.filter((row) => row.refused !== null && row.refused !== undefined).length };
}

/** A value as the preview shows it; undefined for none. */
export function cellText(value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A block's name as kind and number. */
export function blockName(block: string): { kind: string; number: string } {
  const [kind = block, number = ''] = block.split(' ');
  return { kind, number };
}
