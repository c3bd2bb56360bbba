import '../users.css';

import { Select } from 'antd';
import { useTranslation } from 'react-i18next';

import type { Role } from '@/api/types';
import { ROLES } from '@/lib/access';

type Props = { label: string; value: Role; onChange: (role: Role) => void; isDisabled?: boolean };

/** A role, each with what it may do. */
export function RoleSelect({ label, value, onChange, isDisabled = false }: Props) {
  const { t } = useTranslation();
  return (
    <Select<Role, { value: Role; label: string }>
      aria-label={label}
      disabled={isDisabled}
      value={value}
      style={{ minWidth: 112 }}
      popupMatchSelectWidth={320}
      options={[...ROLES].reverse().map((role) => ({ value: role, label: t(`access.role.${role}`) }))}
      optionRender={(option) => (
        <>
          <div>{option.label}</div>
          <div className="db-option-hint">{t(`access.role_may.${option.data.value}`)}</div>
        </>
      )}
      onChange={onChange}
    />
  );
}
