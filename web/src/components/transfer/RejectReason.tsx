import { Tag, Tooltip } from 'antd';
import { useTranslation } from 'react-i18next';

import { isRejectCode } from '@/lib/reject-codes';

/** What a reject code says in words; the code itself when it is new to us. */
export function useRejectWords(): (code: string) => { name: string; todo: string | undefined } {
  const { t } = useTranslation();
  return (code) => (isRejectCode(code) ? { name: t(`rejects.code.${code}.name`), todo: t(`rejects.code.${code}.todo`) } : { name: code, todo: undefined });
}

/** Why a row is refused, and on hover and focus what to do. */
export function RejectReason({ code }: { code: string }) {
  const { name, todo } = useRejectWords()(code);
  return (
    <Tooltip title={todo ?? code}>
      <Tag color="warning" tabIndex={0}>
        {name}
      </Tag>
    </Tooltip>
  );
}
