import { useTranslation } from 'react-i18next';

import type { FlowDocument } from '@/api/types';
import { Answer } from '@/components/layout/QuestionPage';
import { useFormat } from '@/hooks/use-format';

import type { Matrix } from '../model/matrix';

type Props = { document: FlowDocument; matrix: Matrix; rateBefore: number | null | undefined; nameOf: (code: string) => string };

/** What happened between the two days, in two sentences. */
export function FlowAnswer({ document, matrix, rateBefore, nameOf }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const { totals, largest, deepeningRate } = matrix;
  const points = typeof rateBefore === 'number' && deepeningRate !== null ? deepeningRate - rateBefore : undefined;
  const step = largest && { from: nameOf(largest.from), to: nameOf(largest.to), consumers: format.count(largest.consumers) };
  return (
    <div>
      <Answer>
        {t('flow.answer', {
          from: document.from,
          to: document.to,
          rate: format.rate(deepeningRate),
          comparison: points === undefined ? t('flow.comparison_unknown') : t('flow.comparison', { points: format.points(points) }),
          deepened: format.count(totals.deepened),
          fell_back: format.count(totals.fell_back),
          new: format.count(totals.new),
          lost: format.count(totals.lost),
        })}
      </Answer>
      <p className="db-muted">
        {step && (largest.rate === null ? t('flow.biggest_new', step) : t('flow.biggest', { ...step, rate: format.rate(largest.rate) }))}{' '}
        {totals.new > 0 &&
          t('flow.outside_split', { total: format.count(totals.new), never: format.count(document.outside.never), lost: format.count(document.outside.lost) })}
      </p>
    </div>
  );
}
