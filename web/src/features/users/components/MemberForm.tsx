import { useMutation } from '@tanstack/react-query';
import { Alert, App, Button, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { asApiError } from '@/api/errors';
import type { Role } from '@/api/types';
import { useStepUp } from '@/hooks/use-step-up';

import { setMember } from '../api/users';
import { RoleSelect } from './RoleSelect';

/** Gives somebody who is already a user a role in the brand. */
export function MemberForm({ brand, onSaved }: { brand: string; onSaved: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const stepUp = useStepUp();
  const [username, setUsername] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const wanted = username.trim();
  const save = useMutation({
    mutationFn: () => stepUp(() => setMember(brand, wanted, role)),
    onSuccess: () => {
      void message.success(t('users.saved'));
      setUsername('');
      onSaved();
    },
  });
  const problem = save.error === null ? undefined : asApiError(save.error);
  return (
    <form
      aria-label={t('users.members.set')}
      onSubmit={(event) => {
        event.preventDefault();
        if (wanted !== '') save.mutate();
      }}
    >
      <div className="db-filters">
        <Input
          aria-label={t('users.members.username')}
          placeholder={t('users.members.username')}
          autoComplete="off"
          style={{ width: 200 }}
          value={username}
          onChange={(event) => {
            setUsername(event.target.value);
            save.reset();
          }}
        />
        <RoleSelect label={t('users.role')} value={role} onChange={setRole} />
        <Button htmlType="submit" disabled={wanted === ''} loading={save.isPending}>
          {t('users.members.set')}
        </Button>
      </div>
      {problem && <Alert type="error" showIcon role="alert" title={problem.code === 'not_found' ? t('users.members.not_found') : problem.message} />}
    </form>
  );
}
