import { Input } from 'antd';
import type { ReactNode } from 'react';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';

type Props = {
  title: string;
  /** What the list holds, and how fresh it is. */
  intro: string;
  search?: { value: string; onChange: (value: string) => void } | undefined;
  filters?: ReactNode;
  actions?: ReactNode;
  /** The list, or its empty state. */
  children: ReactNode;
};

/** A page that lists things: searched, filtered, acted upon. */
export function ListPage({ title, intro, search, filters, actions, children }: Props) {
  const id = useId();
  const { t } = useTranslation();
  return (
    <article aria-labelledby={id} className="db-page">
      <header className="db-page-head db-page-head-actions">
        <div>
          <h1 id={id}>{title}</h1>
          <p className="db-muted">{intro}</p>
        </div>
        {actions}
      </header>
      {(search !== undefined || filters !== undefined) && (
        <div className="db-filters">
          {search !== undefined && (
            <Input.Search
              allowClear
              className="db-search"
              aria-label={t('common.search')}
              placeholder={t('common.search')}
              value={search.value}
              onChange={(event) => search.onChange(event.target.value)}
            />
          )}
          {filters}
        </div>
      )}
      {children}
    </article>
  );
}
