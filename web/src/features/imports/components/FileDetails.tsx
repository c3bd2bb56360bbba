import { Alert, Button, Drawer } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Upload } from '@/api/types';
import { DataTable } from '@/components/table/DataTable';

const SHOWN_VALUES = 2;
const SHOWN_LINES = 3;

/** What was found in a file: its format, its columns with their first values, and lines that cannot be read. */
export function FileDetails({ upload }: { upload: Upload }) {
  const { t } = useTranslation();
  const [isOpen, setIsOpen] = useState(false);
  const facts = [
    upload.format.toUpperCase(),
    t('imports.create.columns', { n: upload.columns.length }),
    upload.encoding !== null && upload.encoding !== undefined && t('imports.create.encoding', { encoding: upload.encoding }),
    upload.header === false && t('imports.create.no_header'),
  ].filter((fact) => typeof fact === 'string');
  return (
    <>
      <div className="db-muted">{facts.join(' · ')}</div>
      <div className="db-found" role="region" aria-label={upload.name} tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t('imports.create.column')}</th>
              <th scope="col">{t('imports.create.first_values')}</th>
            </tr>
          </thead>
          <tbody>
            {upload.columns.map((column, place) => (
              <tr key={place}>
                <th scope="row">{column}</th>
                <td>
                  {upload.rows
                    .slice(0, SHOWN_VALUES)
                    .map((row) => row[place] ?? '')
                    .filter((value) => value !== '')
                    .join(' · ')}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {upload.unreadable.length > 0 && (
        <Alert
          type="warning"
          showIcon
          title={t('imports.create.unreadable', { n: upload.unreadable.length })}
          description={
            <ul className="db-plain-list">
              {upload.unreadable.slice(0, SHOWN_LINES).map((line) => (
                <li key={line.line}>
                  {t('imports.create.unreadable_line', { line: line.line })} {line.message}
                </li>
              ))}
            </ul>
          }
        />
      )}
      <Button type="link" size="small" onClick={() => setIsOpen(true)}>
        {t('imports.create.see_rows', { n: upload.rows.length })}
      </Button>
      <Drawer open={isOpen} onClose={() => setIsOpen(false)} size="large" title={t('imports.create.rows_of', { name: upload.name })}>
        <Rows upload={upload} />
      </Drawer>
    </>
  );
}

type Row = { key: string; values: (string | null)[] };

function Rows({ upload }: { upload: Upload }) {
  const { t } = useTranslation();
  return (
    <DataTable<Row>
      label={t('imports.create.rows_of', { name: upload.name })}
      columns={upload.columns.map((column, place) => ({
        key: String(place),
        title: column,
        render: (_, row) => row.values[place] ?? <span className="db-muted">{t('imports.create.empty_value')}</span>,
      }))}
      rows={upload.rows.map((values, place) => ({ key: String(place), values }))}
      rowKey={(row) => row.key}
    />
  );
}
