import '../keys.css';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, Checkbox, Form, Input, Modal, Radio, Select } from 'antd';
import { useTranslation } from 'react-i18next';

import { asApiError } from '@/api/errors';
import type { Key } from '@/api/types';
import { useAttemptKey } from '@/hooks/use-attempt-key';
import { useBrandSlug } from '@/hooks/use-brand';
import { useStepUp } from '@/hooks/use-step-up';
import { actionWords, KEY_SCOPES } from '@/lib/access';

import { createKey, keysKey } from '../api/keys';
import type { Lifetime } from '../model/key-state';
import { expiryOf, LIFETIMES } from '../model/key-state';

type Values = { name: string; kind: 'api' | 'write'; scopes: string[]; lifetime: Lifetime };
type Props = { onClose: () => void; onCreated: (info: Key, key: string) => void };

const FIRST: Values = { name: '', kind: 'api', scopes: ['assets.read'], lifetime: 'd365' };

/** Makes a key: what for, what it may do, how long it holds. */
export function KeyDialog({ onClose, onCreated }: Props) {
  const { t } = useTranslation();
  const brand = useBrandSlug();
  const queryClient = useQueryClient();
  const stepUp = useStepUp();
  const attempt = useAttemptKey();
  const [form] = Form.useForm<Values>();
  const kind = Form.useWatch('kind', form) ?? FIRST.kind;
  const create = useMutation({
    mutationFn: (values: Values) => {
      const attemptKey = attempt.keyFor(values);
      const expires_at = expiryOf(values.lifetime, new Date());
      const body = {
        name: values.name.trim(),
        kind: values.kind,
        ...(values.kind === 'api' ? { scopes: values.scopes } : {}),
        ...(expires_at === undefined ? {} : { expires_at }),
      };
      return stepUp(() => createKey(brand, body, attemptKey));
    },
    onSuccess: ({ key, info }) => {
      attempt.succeeded();
      void queryClient.invalidateQueries({ queryKey: keysKey(brand) });
      onClose();
      onCreated(info, key);
    },
  });
  const problem = create.error === null ? undefined : asApiError(create.error);
  return (
    <Modal
      open
      title={t('keys.create')}
      okText={t('keys.create')}
      cancelText={t('common.cancel')}
      confirmLoading={create.isPending}
      mask={{ closable: false }}
      onCancel={onClose}
      onOk={() => form.submit()}
    >
      <Form<Values> form={form} layout="vertical" requiredMark={false} initialValues={FIRST} onFinish={(values) => create.mutate({ ...FIRST, ...values })}>
        <Form.Item name="name" label={t('keys.name')} rules={[{ required: true, whitespace: true, message: t('common.required') }]}>
          <Input autoComplete="off" autoFocus placeholder={t('keys.name_placeholder')} />
        </Form.Item>
        <Form.Item name="kind" label={t('keys.kind')} extra={t(`keys.kind_hint.${kind}`)}>
          <Radio.Group options={(['api', 'write'] as const).map((value) => ({ value, label: t(`keys.kinds.${value}`) }))} />
        </Form.Item>
        {kind === 'api' && (
          <Form.Item name="scopes" label={t('keys.scopes')} rules={[{ type: 'array', min: 1, message: t('keys.scopes_needed') }]}>
            <Checkbox.Group className="db-scope-list" options={KEY_SCOPES.map((value) => ({ value, label: actionWords(value, t) }))} />
          </Form.Item>
        )}
        <Form.Item name="lifetime" label={t('keys.expires')}>
          <Select options={(Object.keys(LIFETIMES) as Lifetime[]).map((value) => ({ value, label: t(`keys.expires_in.${value}`) }))} />
        </Form.Item>
        {problem && <Alert type="error" showIcon role="alert" title={problem.message} description={problem.fields.map((field) => `${field.field}: ${field.message}`).join(' ')} />}
      </Form>
    </Modal>
  );
}
