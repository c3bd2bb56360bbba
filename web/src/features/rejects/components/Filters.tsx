import { DownloadOutlined } from '@ant-design/icons';
import { Button, Input, Select } from 'antd';
import { useEffect, useEffectEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { RejectFilter } from '@/api/queries/rejects';
import { rejectsExportAddress } from '@/api/queries/rejects';
import type { RejectsSummary } from '@/api/types';
import { useRejectWords } from '@/components/transfer/RejectReason';
import { useDebounced } from '@/hooks/use-debounced';

import { isFiltered } from '../model/filter';

const TYPED_AFTER_MS = 400;

type Props = { brand: string; summary: RejectsSummary; filter: RejectFilter; onFilter: (change: RejectFilter) => void };

/** Which rows are shown and downloaded. */
export function Filters({ brand, summary, filter, onFilter }: Props) {
  const { t } = useTranslation();
  const wordsOf = useRejectWords();
  const exported = { code: filter.code, source: filter.source, file: filter.file };
  return (
    <div className="db-filters">
      <Select
        allowClear
        className="db-mapping-choice"
        aria-label={t('rejects.filter.code')}
        placeholder={`${t('rejects.filter.code')}: ${t('rejects.filter.any')}`}
        value={filter.code ?? null}
        options={summary.by_code.map((each) => ({ value: each.code, label: wordsOf(each.code).name }))}
        onChange={(code) => onFilter({ code: code ?? undefined })}
      />
      <Select
        allowClear
        className="db-mapping-choice"
        aria-label={t('rejects.filter.source')}
        placeholder={`${t('rejects.filter.source')}: ${t('rejects.filter.any')}`}
        value={filter.source ?? null}
        options={summary.by_source.map((each) => ({ value: each.source, label: each.source }))}
        onChange={(source) => onFilter({ source: source ?? undefined })}
      />
      <TypedFilter label={t('rejects.filter.file')} hint={t('rejects.filter.file_hint')} value={filter.file} onValue={(file) => onFilter({ file })} />
      <TypedFilter label={t('rejects.filter.q')} hint={t('rejects.filter.q_hint')} value={filter.q} onValue={(q) => onFilter({ q })} />
      {isFiltered(filter) && (
        <Button type="link" onClick={() => onFilter({ code: undefined, source: undefined, file: undefined, q: undefined })}>
          {t('rejects.filter.clear')}
        </Button>
      )}
      <span className="db-filter" title={t('rejects.download_hint')}>
        <Button icon={<DownloadOutlined />} href={rejectsExportAddress(brand, 'csv', exported)} download>
          {t('rejects.download_csv')}
        </Button>
        <Button icon={<DownloadOutlined />} href={rejectsExportAddress(brand, 'jsonl', exported)} download>
          {t('rejects.download_jsonl')}
        </Button>
      </span>
    </div>
  );
}

type TypedProps = { label: string; hint: string; value: string | undefined; onValue: (value: string | undefined) => void };

/** A filter that is typed: it goes into the address once the typing rests. */
function TypedFilter({ label, hint, value, onValue }: TypedProps) {
  const [typed, setTyped] = useState(value ?? '');
  const rested = useDebounced(typed, TYPED_AFTER_MS).trim();
  const [seen, setSeen] = useState(value);
  if (value !== seen) {
    setSeen(value);
    // Changed by something else than this field, such as "clear filters".
    if ((value ?? '') !== rested) setTyped(value ?? '');
  }
  const changed = useEffectEvent((text: string) => {
    if (text !== (value ?? '')) onValue(text === '' ? undefined : text);
  });
  useEffect(() => changed(rested), [rested]);
  return <Input allowClear className="db-mapping-choice" aria-label={label} placeholder={hint} value={typed} onChange={(event) => setTyped(event.target.value)} />;
}
