import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { useNavigate, useSearchParams } from 'react-router';

import { asApiError } from '@/api/errors';
import { sessionKey, signIn } from '@/api/queries/session';

import { PlainPage } from './PlainPage';
import { safeNext } from './safe-next';

type Values = { username: string; password: string };

/** Name and password; then on to where the person was going. */
export function SignInPage() {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const [search] = useSearchParams();
  const next = search.get('next');
  const enter = useMutation({
    mutationFn: (values: Values) => signIn(values),
    onSuccess: (session) => {
      // Nothing that another person saw here stays.
      queryClient.clear();
      queryClient.setQueryData(sessionKey, session);
      void navigate(safeNext(next), { replace: true });
    },
  });
  const problem = enter.error === null ? undefined : asApiError(enter.error);
  const message =
    problem === undefined
      ? undefined
      : problem.status === 401
        ? t('shell.sign_in.wrong')
        : problem.status === 429
          ? t('shell.sign_in.too_many', { seconds: problem.retryAfterSeconds ?? 60 })
          : problem.status === 0
            ? t('common.state.unreachable_hint')
            : problem.message;
  return (
    <PlainPage title={t('shell.sign_in.title')} intro={next === null ? t('shell.sign_in.intro') : t('shell.sign_in.ended')}>
      <Form<Values> layout="vertical" requiredMark={false} onFinish={(values) => enter.mutate(values)}>
        <Form.Item name="username" label={t('shell.sign_in.username')} rules={[{ required: true, message: t('common.required') }]}>
          <Input autoComplete="username" autoFocus autoCapitalize="none" spellCheck={false} />
        </Form.Item>
        <Form.Item name="password" label={t('shell.sign_in.password')} rules={[{ required: true, message: t('common.required') }]}>
          <Input.Password autoComplete="current-password" />
        </Form.Item>
        {message !== undefined && (
          <Form.Item>
            <Alert type="error" showIcon role="alert" title={message} />
          </Form.Item>
        )}
        <Button type="primary" htmlType="submit" block loading={enter.isPending}>
          {t('shell.sign_in.submit')}
        </Button>
      </Form>
    </PlainPage>
  );
}
