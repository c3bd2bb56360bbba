import { Button } from 'antd';
import { useTranslation } from 'react-i18next';

import { useMay } from '@/hooks/use-brand';

import type { Explained } from '../api/identity';
import type { PersonGraph } from '../model/graph';
import { counts, cutsOf, directEdge, mainPart } from '../model/graph';
import type { Words } from '../model/words';
import { idName } from '../model/words';
import { useUnlink } from './use-unlink';

type Props = { explained: Explained; graph: PersonGraph; words: Words; onDone: () => void };

/** Says that two ids are not one person, and takes it back. */
export function Separate({ explained, graph, words, onDone }: Props) {
  const { t } = useTranslation();
  const mayWrite = useMay('imports.write');
  const { confirm, isPending } = useUnlink(onDone);
  if (!mayWrite) return null;
  const { id, other, answer } = explained;
  const asked = graph.nodes.find((node) => node.role === 'asked');
  const direct = directEdge(graph);
  const isCut = direct !== undefined && mainPart(direct)?.outcome === 'cut';
  const pair = direct === undefined ? undefined : { a: idName(direct.a, words), b: idName(direct.b, words) };
  const cuts = asked === undefined ? 0 : cutsOf(asked.profile, answer.links);
  const undoTitle = t('identity.separate.undo');
  return (
    <>
      {other !== undefined && pair !== undefined && direct !== undefined && counts(direct) && (
        <div className="db-why-act">
          <Button
            danger
            loading={isPending}
            onClick={() => confirm({ id, from: other, undo: false }, t('identity.separate.title', pair))}
          >
            {t('identity.separate.cut')}
          </Button>
          <span className="db-muted">{t('identity.separate.brief')}</span>
        </div>
      )}
      {other !== undefined && direct === undefined && explained.apart === undefined && (answer.path ?? []).length > 1 && <p className="db-muted">{t('identity.separate.not_direct')}</p>}
      {other !== undefined && pair !== undefined && isCut && (
        <div className="db-why-act">
          <Button loading={isPending} onClick={() => confirm({ id, from: other, undo: true }, t('identity.separate.undo_title', pair))}>
            {undoTitle}
          </Button>
        </div>
      )}
      {other === undefined && cuts > 0 && asked !== undefined && (
        <div className="db-why-act">
          <Button
            loading={isPending}
            onClick={() => confirm({ id, undo: true }, t('identity.separate.undo_all_title', { name: idName(asked.profile, words), n: cuts }))}
          >
            {t('identity.separate.undo_all', { n: cuts })}
          </Button>
        </div>
      )}
      {other === undefined && answer.ids_total > 1 && <p className="db-muted">{t('identity.separate.how')}</p>}
    </>
  );
}
