import type { TableColumnsType, TableProps } from 'antd';
import { Table } from 'antd';
import { useTranslation } from 'react-i18next';

type Props<T extends object> = {
  /** Read out before the table. */
  label: string;
  columns: TableColumnsType<T>;
  rows: readonly T[];
  rowKey: (row: T) => string;
  isLoading?: boolean;
  /** What to show instead of rows; teaches the first step. */
  empty?: React.ReactNode;
  selection?: TableProps<T>['rowSelection'];
  pageSize?: number;
};

/** Rows and columns; wide ones scroll by themselves, so that the page never does. */
export function DataTable<T extends object>({ label, columns, rows, rowKey, isLoading = false, empty, selection, pageSize = 50 }: Props<T>) {
  const { t } = useTranslation();
  return (
    <div className="db-table" role="group" aria-label={label} tabIndex={0}>
      <Table<T>
        size="small"
        columns={columns}
        dataSource={rows as T[]}
        rowKey={rowKey}
        loading={isLoading}
        pagination={rows.length > pageSize ? { pageSize, showSizeChanger: false } : false}
        locale={{ emptyText: empty ?? t('common.table.empty') }}
        {...(selection === undefined ? {} : { rowSelection: selection })}
      />
    </div>
  );
}
