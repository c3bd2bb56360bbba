import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { useTranslation } from 'react-i18next';

import { asApiError } from '@/api/errors';
import { useBrandSlug } from '@/hooks/use-brand';

import type { UnlinkQuestion } from '../api/identity';
import { unlinkIdentity } from '../api/identity';

/** Says that ids are not one person's, or takes it back, after a question. */
export function useUnlink(onDone?: () => void) {
  const { t } = useTranslation();
  const brand = useBrandSlug();
  const { message, modal } = App.useApp();
  const queryClient = useQueryClient();
  const said = useMutation({
    mutationFn: (question: UnlinkQuestion) => unlinkIdentity(brand, question),
    onSuccess: (pairs, { undo }) => {
      if (pairs === 0) void message.info(t('identity.separate.nothing'));
      else void message.success(undo ? t('identity.separate.undone') : t('identity.separate.done'));
      // Past days are others now: every page of the brand asks anew.
      void queryClient.invalidateQueries({ queryKey: ['brands', brand] });
      onDone?.();
    },
    onError: (error) => void message.error(asApiError(error).message),
  });
  const confirm = (question: UnlinkQuestion, title: string) =>
    void modal.confirm({
      title,
      content: question.undo ? t('identity.separate.undo_hint') : t('identity.separate.hint'),
      okText: question.undo ? t('identity.separate.undo') : t('identity.separate.cut'),
      okButtonProps: { danger: !question.undo },
      cancelText: t('common.cancel'),
      // Stays open while past days are computed anew; what went wrong is told above it.
      onOk: () => said.mutateAsync(question).then(
        () => undefined,
        () => undefined,
      ),
    });
  return { confirm, isPending: said.isPending };
}
