import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { Answer } from '@/components/layout/QuestionPage';
import { paths } from '@/config/paths';
import { useAddress } from '@/hooks/use-address';
import { useBrandSlug } from '@/hooks/use-brand';

import type { Explained } from '../api/identity';
import type { PersonGraph } from '../model/graph';
import { directEdge, edgesOf, mainPart } from '../model/graph';
import type { Words } from '../model/words';
import { reasonOf, seenOf } from '../model/words';

type Props = { explained: Explained; graph: PersonGraph; words: Words };

/** Whether two ids are one person, and by which way from one to the other. */
export function PairAnswer({ explained: { answer, apart }, graph, words }: Props) {
  const { t } = useTranslation();
  const brand = useBrandSlug();
  const address = useAddress();
  const direct = directEdge(graph);
  const isCut = direct !== undefined && mainPart(direct)?.outcome === 'cut';
  if (apart === undefined) {
    const path = answer.path ?? [];
    if (path.length === 0) return <Answer>{t('identity.pair.same_id')}</Answer>;
    return (
      <>
        <Answer>{t('identity.pair.one', { n: path.length })}</Answer>
        <ol className="db-plain-list" aria-label={t('identity.pair.way')}>
          {edgesOf(path).flatMap((edge) =>
            edge.parts.map((part) => (
              <li key={edge.key}>
                {reasonOf(edge, part, words)} <span className="db-muted">{seenOf(part, words)}</span>
              </li>
            )),
          )}
        </ol>
        {isCut && <p>{t('identity.pair.still_one')}</p>}
      </>
    );
  }
  return (
    <>
      <Answer>
        {answer.consumer === apart.consumer ? t('identity.pair.not_joined') : t('identity.pair.two', { a: answer.consumer, b: apart.consumer })}{' '}
        {answer.consumer !== apart.consumer && <Link to={address(paths.consumer(brand, apart.consumer))}>{t('consumers.number', { number: apart.consumer })}</Link>}
      </Answer>
      {direct === undefined ? (
        <p>{t('identity.pair.no_link')}</p>
      ) : (
        <ul className="db-plain-list">
          {direct.parts.map((part) => (
            <li key={`${part.outcome} ${part.limit}`}>
              {reasonOf(direct, part, words)} <span className="db-muted">{seenOf(part, words)}</span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
