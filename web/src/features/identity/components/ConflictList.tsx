import { Button, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import type { IdentityConflict } from '@/api/types';
import { DataTable } from '@/components/table/DataTable';
import { paths, WHY } from '@/config/paths';
import { useAddress } from '@/hooks/use-address';
import { useBrand, useBrandSlug, useMay } from '@/hooks/use-brand';
import { useFormat } from '@/hooks/use-format';
import { useIsNarrow } from '@/hooks/use-theme-mode';

import { byProfile } from '../api/identity';
import { conflictKey, conflictWords, kindOf } from '../model/conflicts';
import { useUnlink } from './use-unlink';

const AT_ONCE = 50;

/** What was not joined: why, whose ids they are, and the way to the explanation. */
export function ConflictList({ conflicts }: { conflicts: readonly IdentityConflict[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const isNarrow = useIsNarrow();
  const timezone = useBrand()?.timezone ?? 'UTC';
  if (isNarrow) return <Narrow conflicts={conflicts} />;
  return (
    <DataTable<IdentityConflict>
      label={t('identity.conflicts.title')}
      rows={conflicts}
      rowKey={conflictKey}
      pageSize={AT_ONCE}
      empty={t('identity.conflicts.no_match')}
      columns={[
        { key: 'kind', title: t('identity.conflicts.kind'), render: (_, row) => <KindTag code={row.code} /> },
        { key: 'what', title: t('identity.conflicts.what'), render: (_, row) => (
          <div className="db-why-reason">
            {conflictWords(row, t, format)} <Undo row={row} />
          </div>
        ) },
        { key: 'a', title: t('identity.conflicts.a'), render: (_, row) => <Person consumer={row.consumer_a} profile={row.a} other={row.b} /> },
        { key: 'b', title: t('identity.conflicts.b'), render: (_, row) => <Other row={row} /> },
        { key: 'at', title: t('identity.column.seen'), render: (_, row) => <span className="db-figure">{format.instant(row.at, timezone)}</span> },
      ]}
    />
  );
}

function Narrow({ conflicts }: { conflicts: readonly IdentityConflict[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const timezone = useBrand()?.timezone ?? 'UTC';
  const [shown, setShown] = useState(AT_ONCE);
  return (
    <div className="db-stack">
      <ul className="db-list" aria-label={t('identity.conflicts.title')}>
        {conflicts.slice(0, shown).map((row) => (
          <li key={conflictKey(row)} className="db-file db-stack">
            <span>
              <KindTag code={row.code} /> {row.at && <span className="db-muted">{format.instant(row.at, timezone)}</span>}
            </span>
            <span>
              {conflictWords(row, t, format)} <Undo row={row} />
            </span>
            <Person consumer={row.consumer_a} profile={row.a} other={row.b} />
            {row.b !== null && row.b !== undefined && <Other row={row} />}
          </li>
        ))}
      </ul>
      {conflicts.length > shown && <Button onClick={() => setShown(shown + AT_ONCE)}>{t('common.more')}</Button>}
    </div>
  );
}

function KindTag({ code }: { code: string }) {
  const { t } = useTranslation();
  const kind = kindOf(code);
  return <Tag color={kind === 'hub' ? 'warning' : 'red'}>{kind === undefined ? code : t(`identity.conflicts.kinds.${kind}`)}</Tag>;
}

function Other({ row }: { row: IdentityConflict }) {
  return row.b === null || row.b === undefined ? '—' : <Person consumer={row.consumer_b ?? row.b} profile={row.b} other={row.a} />;
}

/** Takes back that two ids were said not to be one person's. */
function Undo({ row: { code, a, b } }: { row: IdentityConflict }) {
  const { t } = useTranslation();
  const mayWrite = useMay('imports.write');
  const { confirm, isPending } = useUnlink();
  if (kindOf(code) !== 'cut' || !mayWrite || b === null || b === undefined) return null;
  const pair = { a: t('consumers.profile', { number: a }), b: t('consumers.profile', { number: b }) };
  const name = t('identity.separate.undo');
  return (
    <Button size="small" loading={isPending} aria-label={`${name}: ${pair.a} – ${pair.b}`} onClick={() => confirm({ id: byProfile(a), from: byProfile(b), undo: true }, t('identity.separate.undo_title', pair))}>
      {name}
    </Button>
  );
}

/** Whose an id is: leads to where it is explained. */
function Person({ consumer, profile, other }: { consumer: number; profile: number; other: number | null | undefined }) {
  const { t } = useTranslation();
  const brand = useBrandSlug();
  const address = useAddress();
  return (
    <span className="db-why-person">
      <Link to={`${address(paths.consumer(brand, consumer), { profile: String(profile), ...(other === null || other === undefined ? {} : { with: String(other) }) })}#${WHY}`}>{t('consumers.number', { number: consumer })}</Link>
      {profile !== consumer && <span className="db-muted">{t('consumers.profile', { number: profile })}</span>}
    </span>
  );
}
