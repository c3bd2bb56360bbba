import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { paths } from '@/config/paths';
import { useAddress } from '@/hooks/use-address';
import { useBrandSlug } from '@/hooks/use-brand';

import type { Edge, PersonGraph } from '../model/graph';
import type { Words } from '../model/words';
import { idName, reasonOf, seenOf, stretchesOf } from '../model/words';

/** What is pointed at. */
export type Chosen = { kind: 'node'; profile: number } | { kind: 'edge'; key: string };

const MOST = 5;

type Props = { graph: PersonGraph; chosen: Chosen | undefined; words: Words };

/** Why the chosen id, or the chosen link, is what it is. */
export function Reasons({ graph, chosen, words }: Props) {
  const { t } = useTranslation();
  return (
    <div className="db-graph-reasons" role="status" aria-label={t('identity.reasons')}>
      {chosen === undefined && <p className="db-muted">{t('identity.point')}</p>}
      {chosen?.kind === 'node' && <OfId graph={graph} profile={chosen.profile} words={words} />}
      {chosen?.kind === 'edge' && <List edges={graph.edges.filter((edge) => edge.key === chosen.key)} words={words} />}
    </div>
  );
}

function OfId({ graph, profile, words }: { graph: PersonGraph; profile: number; words: Words }) {
  const { t } = useTranslation();
  const brand = useBrandSlug();
  const address = useAddress();
  const node = graph.nodes.find((each) => each.profile === profile);
  if (node === undefined) return null;
  const edges = graph.edges.filter((edge) => edge.a === profile || edge.b === profile);
  return (
    <>
      <p className="db-subhead">{idName(profile, words)}</p>
      {node.role !== 'foreign' && node.id !== undefined && node.id.stretches.length > 0 && <p className="db-muted">{stretchesOf(node.id, words)}</p>}
      {edges.length === 0 && <p className="db-muted">{t('identity.no_links')}</p>}
      <List edges={edges} words={words} />
      {!words.own.has(profile) && <Link to={address(paths.consumer(brand, profile))}>{t('identity.to_person')}</Link>}
    </>
  );
}

function List({ edges, words }: { edges: readonly Edge[]; words: Words }) {
  const { t } = useTranslation();
  const lines = edges.flatMap((edge) => edge.parts.map((part) => ({ key: `${edge.key} ${part.outcome} ${part.limit}`, edge, part })));
  return (
    <>
      <ul className="db-plain-list">
        {lines.slice(0, MOST).map(({ key, edge, part }) => (
          <li key={key}>
            {reasonOf(edge, part, words)} <span className="db-muted">{seenOf(part, words)}</span>
          </li>
        ))}
      </ul>
      {lines.length > MOST && <p className="db-muted">{t('identity.more_reasons', { n: lines.length - MOST })}</p>}
    </>
  );
}
