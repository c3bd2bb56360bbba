import { Button, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { DataTable } from '@/components/table/DataTable';
import { paths } from '@/config/paths';
import { useAddress } from '@/hooks/use-address';
import { useBrandSlug, useMay } from '@/hooks/use-brand';
import { useIsNarrow } from '@/hooks/use-theme-mode';

import type { Edge, Part } from '../model/graph';
import type { Words } from '../model/words';
import { idName, outcomeName, reasonOf, seenOf } from '../model/words';
import { LinkAct } from './LinkAct';

const COLOR: Record<string, string> = { joined: 'blue', owns: 'blue', refused: 'red', cut: 'red', hub: 'warning' };
const AT_ONCE = 20;

type Row = { key: string; edge: Edge; part: Part; isFirst: boolean };
type Props = { edges: readonly Edge[]; words: Words; onDone: () => void };

/** Every link as text: the same as the picture says, and what is not in it. */
export function LinkList({ edges, words, onDone }: Props) {
  const { t } = useTranslation();
  const mayWrite = useMay('imports.write');
  const isNarrow = useIsNarrow();
  const rows: Row[] = edges.flatMap((edge) => edge.parts.map((part, place) => ({ key: `${edge.key} ${part.outcome} ${part.limit}`, edge, part, isFirst: place === 0 })));
  if (rows.length === 0) return null;
  if (isNarrow) return <Narrow rows={rows} words={words} onDone={onDone} />;
  return (
    <DataTable<Row>
      label={t('identity.links')}
      rows={rows}
      rowKey={(row) => row.key}
      pageSize={AT_ONCE}
      columns={[
        { key: 'outcome', title: t('identity.column.outcome'), render: (_, row) => <Outcome row={row} /> },
        { key: 'a', title: t('identity.column.a'), render: (_, row) => <End profile={row.edge.a} words={words} /> },
        { key: 'b', title: t('identity.column.b'), render: (_, row) => <End profile={row.edge.b} words={words} /> },
        { key: 'reason', title: t('identity.column.reason'), render: (_, row) => <div className="db-why-reason">{reasonOf(row.edge, row.part, words)}</div> },
        { key: 'seen', title: t('identity.column.seen'), render: (_, row) => <span className="db-figure">{seenOf(row.part, words)}</span> },
        ...(mayWrite ? [{ key: 'act', title: t('identity.column.act'), render: (_: unknown, row: Row) => row.isFirst && <LinkAct edge={row.edge} words={words} onDone={onDone} /> }] : []),
      ]}
    />
  );
}

function Narrow({ rows, words, onDone }: { rows: readonly Row[]; words: Words; onDone: () => void }) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(AT_ONCE);
  return (
    <div className="db-stack">
      <ul className="db-list" aria-label={t('identity.links')}>
        {rows.slice(0, shown).map((row) => (
          <li key={row.key} className="db-file">
            <Outcome row={row} /> {reasonOf(row.edge, row.part, words)} <span className="db-muted">{seenOf(row.part, words)}</span> {row.isFirst && <LinkAct edge={row.edge} words={words} onDone={onDone} />}
          </li>
        ))}
      </ul>
      {rows.length > shown && <Button onClick={() => setShown(shown + AT_ONCE)}>{t('common.more')}</Button>}
    </div>
  );
}

function Outcome({ row: { edge, part } }: { row: Row }) {
  const { t } = useTranslation();
  return (
    <span className="db-why-tags">
      <Tag color={COLOR[part.outcome] ?? 'default'}>{outcomeName(part.outcome, t)}</Tag>
      {edge.isOnPath && <Tag>{t('identity.on_path')}</Tag>}
    </span>
  );
}

/** An id; another person's leads to that person. */
function End({ profile, words }: { profile: number; words: Words }) {
  const brand = useBrandSlug();
  const address = useAddress();
  const name = idName(profile, words);
  return words.own.has(profile) ? name : <Link to={address(paths.consumer(brand, profile))}>{name}</Link>;
}
