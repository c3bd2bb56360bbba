import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Form, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { ErrorState } from '@/components/feedback/ErrorState';
import { useMay } from '@/hooks/use-brand';
import { useFormat } from '@/hooks/use-format';
import { newIdempotencyKey } from '@/lib/idempotency';

import type { FlowQuestion } from '../api/flow';
import { keepSelection, selectionsQuery } from '../api/flow';
import type { MatrixCell } from '../model/matrix';

type Props = { question: FlowQuestion; cell: MatrixCell; nameOf: (code: string) => string };

/** Keeps a cell under a name. Who may not sees why. */
export function KeepForm({ question, cell, nameOf }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const { message } = App.useApp();
  const queryClient = useQueryClient();
  const mayKeep = useMay('selections.write');
  const [key, setKey] = useState(newIdempotencyKey);
  const keep = useMutation({
    mutationFn: ({ name }: { name: string }) => keepSelection(question, cell, name, key),
    onSuccess: (selection) => {
      setKey(newIdempotencyKey());
      void queryClient.invalidateQueries(selectionsQuery(question.brand));
      void message.success(t('flow.kept', { name: selection.name, consumers: format.exact(selection.consumers) }));
    },
  });
  const suggested = t('flow.default_name', { from: nameOf(cell.from), to: nameOf(cell.to), start: question.from, end: question.to });
  return (
    <Form<{ name: string }> layout="vertical" requiredMark={false} disabled={!mayKeep} initialValues={{ name: suggested }} onFinish={(values) => keep.mutate(values)}>
      <Form.Item label={t('flow.keep_name')} extra={mayKeep ? t('flow.keep_hint') : t('common.forbidden_action')} className="db-keep">
        <Form.Item name="name" noStyle rules={[{ required: true, whitespace: true, message: t('common.required') }]}>
          <Input maxLength={120} aria-label={t('flow.keep_name')} className="db-keep-name" />
        </Form.Item>{' '}
        <Button htmlType="submit" type="primary" loading={keep.isPending}>
          {t('flow.keep')}
        </Button>
      </Form.Item>
      {keep.error !== null && <ErrorState error={keep.error} action="selections.write" />}
    </Form>
  );
}
