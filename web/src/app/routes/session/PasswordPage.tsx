import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';

import { asApiError } from '@/api/errors';
import { changePassword, sessionKey, sessionQuery } from '@/api/queries/session';
import { useAddress } from '@/hooks/use-address';

import { PlainPage } from './PlainPage';

type Values = { current: string; next: string; repeat: string };
const MINIMUM_LENGTH = 12;

/** A new password, by choice or because the present one was for one use. */
export function PasswordPage() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const isForced = useQuery(sessionQuery).data?.user.password_change_needed ?? false;
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const address = useAddress();
  const change = useMutation({
    mutationFn: (values: Values) => changePassword({ current_password: values.current, new_password: values.next }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: sessionKey });
      void message.success(t('shell.password.done'));
      void navigate(address('/'), { replace: true });
    },
  });
  const problem = change.error === null ? undefined : asApiError(change.error);
  return (
    <PlainPage title={t('shell.password.title')} intro={isForced ? t('shell.password.forced') : t('shell.password.rule')}>
      <Form<Values> layout="vertical" requiredMark={false} onFinish={(values) => change.mutate(values)}>
        <Form.Item name="current" label={t('shell.password.current')} rules={[{ required: true, message: t('common.required') }]}>
          <Input.Password autoComplete="current-password" autoFocus />
        </Form.Item>
        <Form.Item
          name="next"
          label={t('shell.password.next')}
          dependencies={['current']}
          rules={[
            { required: true, message: t('common.required') },
            { min: MINIMUM_LENGTH, message: t('shell.password.rule') },
            ({ getFieldValue }) => ({
              validator: (_, value) => (value !== undefined && value !== '' && value === getFieldValue('current') ? Promise.reject(new Error(t('shell.password.same'))) : Promise.resolve()),
            }),
          ]}
        >
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        <Form.Item
          name="repeat"
          label={t('shell.password.repeat')}
          dependencies={['next']}
          rules={[
            { required: true, message: t('common.required') },
            ({ getFieldValue }) => ({
              validator: (_, value) => (value === getFieldValue('next') ? Promise.resolve() : Promise.reject(new Error(t('shell.password.mismatch')))),
            }),
          ]}
        >
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        {problem && (
          <Form.Item>
            <Alert
              type="error"
              showIcon
              role="alert"
              title={problem.status === 401 || problem.code === 'forbidden' ? t('shell.password.wrong') : problem.message}
              description={problem.fields.map((field) => field.message).join(' ')}
            />
          </Form.Item>
        )}
        <Button type="primary" htmlType="submit" block loading={change.isPending}>
          {t('shell.password.submit')}
        </Button>
        {!isForced && (
          <p>
            <Link to={address('/')}>{t('common.cancel')}</Link>
          </p>
        )}
      </Form>
    </PlainPage>
  );
}
