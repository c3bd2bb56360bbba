import { useTranslation } from 'react-i18next';

import { ROLES } from '@/lib/access';

/** What each role may do. */
export function RoleGuide() {
  const { t } = useTranslation();
  return (
    <details className="db-section">
      <summary>{t('users.roles_title')}</summary>
      <ul className="db-list">
        {[...ROLES].reverse().map((role) => (
          <li key={role}>
            <b>{t(`access.role.${role}`)}</b> <span className="db-muted">{t(`access.role_may.${role}`)}</span>
          </li>
        ))}
        <li className="db-muted">{t('access.role_may_all')}</li>
      </ul>
    </details>
  );
}
