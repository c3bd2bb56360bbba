import { Tooltip } from 'antd';

import { useFormat } from '@/hooks/use-format';
import type { Count } from '@/lib/format/format';

type Props = { value: Count; signed?: boolean };

/** A count; shortened ones tell the exact number on hover and focus. */
export function Figure({ value, signed = false }: Props) {
  const format = useFormat();
  const shown = signed && (typeof value === 'number' || value === null || value === undefined) ? format.change(value) : format.count(value);
  const exact = format.exact(value);
  if (typeof value !== 'number' || shown.replace(/^\+/, '') === exact) return <span className="db-figure">{shown}</span>;
  return (
    <Tooltip title={exact}>
      <span className="db-figure" tabIndex={0}>
        {shown}
      </span>
    </Tooltip>
  );
}
