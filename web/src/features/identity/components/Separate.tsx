import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useTranslation } from 'react-i18next';

import { asApiError } from '@/api/errors';
import { useBrandSlug, useMay } from '@/hooks/use-brand';

import type { Explained, UnlinkQuestion } from '../api/identity';
import { unlinkIdentity } from '../api/identity';
import type { PersonGraph } from '../model/graph';
import { counts, cutsOf, directEdge, mainPart } from '../model/graph';
import type { Words } from '../model/words';
import { idName } from '../model/words';

type Props = { explained: Explained; graph: PersonGraph; words: Words; onDone: () => void };

/** Says that two ids are not one person, and takes it back. */
export function Separate({ explained, graph, words, onDone }: Props) {
  const { t } = useTranslation();
  const brand = useBrandSlug();
  const { message, modal } = App.useApp();
  const queryClient = useQueryClient();
  const mayWrite = useMay('imports.write');
  const said = useMutation({
    mutationFn: (question: UnlinkQuestion) => unlinkIdentity(brand, question),
    onSuccess: (pairs, { undo }) => {
      if (pairs === 0) void message.info(t('identity.separate.nothing'));
      else void message.success(undo ? t('identity.separate.undone') : t('identity.separate.done'));
      // Past days are others now: every page of the brand asks anew.
      void queryClient.invalidateQueries({ queryKey: ['brands', brand] });
      onDone();
    },
    onError: (error) => void message.error(asApiError(error).message),
  });
  if (!mayWrite) return null;
  const { id, other, answer } = explained;
  const asked = graph.nodes.find((node) => node.role === 'asked');
  const direct = directEdge(graph);
  const isCut = direct !== undefined && mainPart(direct)?.outcome === 'cut';
  const pair = direct === undefined ? undefined : { a: idName(direct.a, words), b: idName(direct.b, words) };
  const cuts = asked === undefined ? 0 : cutsOf(asked.profile, answer.links);
  const confirm = (question: UnlinkQuestion, title: string, content: string, okText: string) =>
    void modal.confirm({
      title,
      content,
      okText,
      okButtonProps: { danger: !question.undo },
      cancelText: t('common.cancel'),
      // Stays open while past days are computed anew; what went wrong is told above it.
      onOk: () => said.mutateAsync(question).then(
        () => undefined,
        () => undefined,
      ),
    });
  const undoTitle = t('identity.separate.undo');
  return (
    <>
      {other !== undefined && pair !== undefined && direct !== undefined && counts(direct) && (
        <div className="db-why-act">
          <Button
            danger
            loading={said.isPending}
            onClick={() => confirm({ id, from: other, undo: false }, t('identity.separate.title', pair), t('identity.separate.hint'), t('identity.separate.cut'))}
          >
            {t('identity.separate.cut')}
          </Button>
          <span className="db-muted">{t('identity.separate.brief')}</span>
        </div>
      )}
      {other !== undefined && direct === undefined && explained.apart === undefined && (answer.path ?? []).length > 1 && <p className="db-muted">{t('identity.separate.not_direct')}</p>}
      {other !== undefined && pair !== undefined && isCut && (
        <div className="db-why-act">
          <Button loading={said.isPending} onClick={() => confirm({ id, from: other, undo: true }, t('identity.separate.undo_title', pair), t('identity.separate.undo_hint'), undoTitle)}>
            {undoTitle}
          </Button>
        </div>
      )}
      {other === undefined && cuts > 0 && asked !== undefined && (
        <div className="db-why-act">
          <Button
            loading={said.isPending}
            onClick={() => confirm({ id, undo: true }, t('identity.separate.undo_all_title', { name: idName(asked.profile, words), n: cuts }), t('identity.separate.undo_hint'), undoTitle)}
          >
            {t('identity.separate.undo_all', { n: cuts })}
          </Button>
        </div>
      )}
      {other === undefined && answer.ids_total > 1 && <p className="db-muted">{t('identity.separate.how')}</p>}
    </>
  );
}
