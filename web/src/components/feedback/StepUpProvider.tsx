import { useMutation } from '@tanstack/react-query';
import { Alert, Form, Input, Modal } from 'antd';
import type { ReactNode } from 'react';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { ApiError, asApiError } from '@/api/errors';
import { confirmSession } from '@/api/queries/session';
import type { StepUp } from '@/hooks/use-step-up';
import { StepUpContext } from '@/hooks/use-step-up';

type Waiting = { goOn: () => void; giveUp: (error: unknown) => void };

/** Lets what is inside ask for the password once more, when the server wants it confirmed. */
export function StepUpProvider({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const [waiting, setWaiting] = useState<Waiting>();
  const run = useCallback<StepUp>(async (action) => {
    try {
      return await action();
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'confirmation_needed') throw error;
      await new Promise<void>((goOn, giveUp) => setWaiting({ goOn, giveUp }));
      return action();
    }
  }, []);
  return (
    <StepUpContext value={run}>
      {children}
      {waiting !== undefined && (
        <ConfirmPassword
          onDone={() => {
            setWaiting(undefined);
            waiting.goOn();
          }}
          onCancel={() => {
            setWaiting(undefined);
            waiting.giveUp(new ApiError({ status: 0, code: 'confirmation_canceled', detail: t('access.confirm.canceled') }));
          }}
        />
      )}
    </StepUpContext>
  );
}

function ConfirmPassword({ onDone, onCancel }: { onDone: () => void; onCancel: () => void }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<{ password: string }>();
  const confirm = useMutation({ mutationFn: confirmSession, onSuccess: onDone });
  const problem = confirm.error === null ? undefined : asApiError(confirm.error);
  const isWrong = problem !== undefined && (problem.status === 401 || problem.code === 'forbidden');
  return (
    <Modal
      open
      title={t('access.confirm.title')}
      okText={t('access.confirm.submit')}
      cancelText={t('common.cancel')}
      onCancel={onCancel}
      onOk={() => form.submit()}
      confirmLoading={confirm.isPending}
      mask={{ closable: false }}
    >
      <Form form={form} layout="vertical" requiredMark={false} onFinish={({ password }) => confirm.mutate(password)}>
        <p className="db-muted">{t('access.confirm.hint')}</p>
        <Form.Item name="password" label={t('access.confirm.password')} rules={[{ required: true, message: t('common.required') }]}>
          <Input.Password autoComplete="current-password" autoFocus />
        </Form.Item>
        {problem && <Alert type="error" showIcon role="alert" title={isWrong ? t('access.confirm.wrong') : problem.message} />}
      </Form>
    </Modal>
  );
}
