import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { asApiError } from '@/api/errors';
import type { Grant, User } from '@/api/types';
import { useAttemptKey } from '@/hooks/use-attempt-key';
import { useStepUp } from '@/hooks/use-step-up';

import { changeUser, createUser, usersKey } from '../api/users';
import { GrantsEditor, hasDoubles } from './GrantsEditor';

type Values = { username: string; display_name: string };
type Props = {
  /** Absent to add a user. */
  user?: User | undefined;
  onClose: () => void;
  onCreated: (username: string, oneTimePassword: string) => void;
};

const USERNAME = /^[a-z0-9][a-z0-9._@+-]{0,63}$/;

/** Adds a user, or changes name and grants of one. What was typed stays when it is refused. */
export function UserDialog({ user, onClose, onCreated }: Props) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const queryClient = useQueryClient();
  const stepUp = useStepUp();
  const attempt = useAttemptKey();
  const [form] = Form.useForm<Values>();
  const [grants, setGrants] = useState<Grant[]>(user?.grants ?? []);
  const save = useMutation({
    mutationFn: (values: Values) =>
      stepUp(async () => {
        const display_name = (values.display_name ?? '').trim();
        if (user !== undefined) {
          await changeUser(user.username, { display_name, grants });
          return undefined;
        }
        const wanted = { username: values.username, grants, ...(display_name === '' ? {} : { display_name }) };
        return createUser(wanted, attempt.keyFor(wanted));
      }),
    onSuccess: (created) => {
      attempt.succeeded();
      void queryClient.invalidateQueries({ queryKey: usersKey });
      onClose();
      if (created === undefined) void message.success(t('users.saved'));
      else onCreated(created.user.username, created.one_time_password);
    },
  });
  const problem = save.error === null ? undefined : asApiError(save.error);
  return (
    <Modal
      open
      width={560}
      title={user === undefined ? t('users.create') : t('users.edit_user', { name: user.username })}
      okText={user === undefined ? t('users.create') : t('common.save')}
      cancelText={t('common.cancel')}
      confirmLoading={save.isPending}
      okButtonProps={{ disabled: hasDoubles(grants) }}
      mask={{ closable: false }}
      onCancel={onClose}
      onOk={() => form.submit()}
    >
      <Form<Values>
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ username: user?.username ?? '', display_name: user?.display_name ?? '' }}
        onFinish={(values) => save.mutate(values)}
      >
        {user === undefined && (
          <Form.Item
            name="username"
            label={t('users.username')}
            extra={t('users.username_rule')}
            rules={[
              { required: true, message: t('common.required') },
              { pattern: USERNAME, message: t('users.username_rule') },
            ]}
          >
            <Input autoComplete="off" autoFocus />
          </Form.Item>
        )}
        <Form.Item name="display_name" label={t('users.display_name')}>
          <Input autoComplete="off" />
        </Form.Item>
        <h2 className="db-subhead">{t('users.grants')}</h2>
        <GrantsEditor value={grants} onChange={setGrants} />
        {problem && <Alert type="error" showIcon role="alert" title={problem.message} description={problem.fields.map((field) => `${field.field}: ${field.message}`).join(' ')} />}
      </Form>
    </Modal>
  );
}
