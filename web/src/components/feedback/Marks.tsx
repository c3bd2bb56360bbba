import { Tag, Tooltip } from 'antd';
import { useTranslation } from 'react-i18next';

import type { Day } from '@/lib/days';

type Props = { partial?: boolean; projected?: boolean; staleSince?: Day | undefined };

/** How far an answer can be trusted. */
export function Marks({ partial = false, projected = false, staleSince }: Props) {
  const { t } = useTranslation();
  const marks = [
    partial && { className: 'db-mark db-mark-partial', text: t('common.state.partial'), hint: t('common.state.partial_hint') },
    projected && { className: 'db-mark db-mark-projected', text: t('common.state.projected'), hint: t('common.state.projected_hint') },
    staleSince !== undefined && {
      className: 'db-mark',
      text: t('common.state.stale', { day: staleSince }),
      hint: t('common.state.stale_hint', { day: staleSince }),
    },
  ].filter((mark) => mark !== false);
  return marks.map((mark) => (
    <Tooltip key={mark.text} title={mark.hint}>
      <Tag className={mark.className} tabIndex={0}>
        {mark.text}
      </Tag>
    </Tooltip>
  ));
}
