import { Button } from 'antd';
import { useTranslation } from 'react-i18next';

import { useMay } from '@/hooks/use-brand';

import { byProfile } from '../api/identity';
import type { Edge } from '../model/graph';
import { counts, mainPart } from '../model/graph';
import type { Words } from '../model/words';
import { idName } from '../model/words';
import { useUnlink } from './use-unlink';

type Props = { edge: Edge; words: Words; onDone: () => void };

/** Cuts a link, or takes the cut back, by the numbers of the profiles at its ends. */
export function LinkAct({ edge, words, onDone }: Props) {
  const { t } = useTranslation();
  const mayWrite = useMay('imports.write');
  const { confirm, isPending } = useUnlink(onDone);
  const undo = mainPart(edge)?.outcome === 'cut';
  if (!mayWrite || !(undo || counts(edge))) return null;
  const pair = { a: idName(edge.a, words), b: idName(edge.b, words) };
  const name = undo ? t('identity.separate.undo') : t('identity.separate.cut_link');
  return (
    <Button
      size="small"
      type={undo ? 'default' : 'text'}
      danger={!undo}
      loading={isPending}
      aria-label={`${name}: ${pair.a} – ${pair.b}`}
      onClick={() => confirm({ id: byProfile(edge.a), from: byProfile(edge.b), undo }, t(undo ? 'identity.separate.undo_title' : 'identity.separate.title', pair))}
    >
      {name}
    </Button>
  );
}
