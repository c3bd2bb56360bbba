import { Alert, Button } from 'antd';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import type { IdentityExplanation } from '@/api/types';
import { Answer } from '@/components/layout/QuestionPage';
import { paths } from '@/config/paths';
import { useAddress } from '@/hooks/use-address';
import { useBrand, useBrandSlug } from '@/hooks/use-brand';
import { useFormat } from '@/hooks/use-format';
import { useIsNarrow } from '@/hooks/use-theme-mode';
import type { Format } from '@/lib/format/format';

import type { Explained } from '../api/identity';
import { edgesOf, knownIds, personGraph } from '../model/graph';
import type { Words } from '../model/words';
import { LinkList } from './LinkList';
import { PairAnswer } from './PairAnswer';
import { PersonGraph } from './PersonGraph';
import { Separate } from './Separate';

/** Ids in the picture at first, and at most. */
const FEW = 24;
const FEW_NARROW = 10;
const MOST = 60;

type Props = {
  /** Whose page this is. */
  consumer: number;
  explained: Explained;
  /** Asks again, after something was said of the ids. */
  onAsk: (id: string, other: string | undefined) => void;
};

/** The answer in a sentence, the way from one id to the other, the picture, every link as text. */
export function Explanation({ consumer, explained, onAsk }: Props) {
  const { t } = useTranslation();
  const brand = useBrandSlug();
  const address = useAddress();
  const format = useFormat();
  const timezone = useBrand()?.timezone ?? 'UTC';
  const isNarrow = useIsNarrow();
  const [isLarge, setIsLarge] = useState(false);
  const { answer, apart, other } = explained;
  const words: Words = { t, format, timezone, known: knownIds(answer, apart), own: new Set(answer.ids.map((id) => id.profile)) };
  const graph = personGraph(answer, isLarge ? MOST : isNarrow ? FEW_NARROW : FEW, apart);
  const { leftOut } = graph;
  const isMore = !isLarge && leftOut.ids + leftOut.others > 0;
  const isAlone = answer.ids_total === 1 && answer.links_total === 0;
  return (
    <div className="db-stack">
      {answer.consumer !== consumer && (
        <Alert
          type="info"
          showIcon
          title={t('identity.of_other', { number: answer.consumer })}
          action={<Link to={address(paths.consumer(brand, answer.consumer))}>{t('identity.to_person')}</Link>}
        />
      )}
      {other === undefined ? (
        <Answer>{answerOf(answer, format, t)}</Answer>
      ) : (
        <PairAnswer explained={explained} graph={graph} words={words} />
      )}
      <Separate explained={explained} graph={graph} words={words} onDone={() => onAsk(explained.id, other)} />
      {!isAlone && <PersonGraph key={`${answer.consumer} ${explained.id} ${other}`} graph={graph} words={words} />}
      {leftOut.ids + leftOut.others > 0 && (
        <p className="db-muted">
          {t(`identity.left_out.${leftOut.others === 0 ? 'ids' : leftOut.ids === 0 ? 'others' : 'both'}`, { ids: format.exact(leftOut.ids), others: format.exact(leftOut.others) })} {t('identity.left_out.order')}{' '}
          {isMore && (
            <Button size="small" onClick={() => setIsLarge(true)}>
              {t('identity.draw_more', { n: MOST })}
            </Button>
          )}
        </p>
      )}
      <LinkList edges={edgesOf(answer.links, answer.path ?? [])} words={words} onDone={() => onAsk(explained.id, other)} />
      {answer.links_total > answer.links.length && <p className="db-muted">{t('identity.links_cut', { n: format.exact(answer.links.length), total: format.exact(answer.links_total) })}</p>}
    </div>
  );
}

/** What a person's ids and links come to. */
function answerOf({ ids_total, links_total }: IdentityExplanation, format: Format, t: TFunction): string {
  if (ids_total > 1) return t('identity.answer', { ids: format.exact(ids_total), links: format.exact(links_total) });
  return links_total === 0 ? t('identity.alone') : t('identity.not_joined', { links: format.exact(links_total) });
}
