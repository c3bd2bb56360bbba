import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Select } from 'antd';
import { useTranslation } from 'react-i18next';

import { brandsQuery } from '@/api/queries/brands';
import type { Grant } from '@/api/types';

import { RoleSelect } from './RoleSelect';

export const EVERY_BRAND = '*';

type Props = { value: Grant[]; onChange: (grants: Grant[]) => void };

/** Whether a brand stands twice among grants. */
export function hasDoubles(grants: readonly Grant[]): boolean {
  return new Set(grants.map((grant) => grant.brand)).size < grants.length;
}

/** Roles by brand, `*` being every brand. */
export function GrantsEditor({ value, onChange }: Props) {
  const { t } = useTranslation();
  const brands = useQuery(brandsQuery).data ?? [];
  const known = [
    { value: EVERY_BRAND, label: t('access.every_brand') },
    ...brands.map((brand) => ({ value: brand.slug, label: brand.name === '' ? brand.slug : brand.name })),
  ];
  const set = (place: number, change: Partial<Grant>) => onChange(value.map((grant, at) => (at === place ? { ...grant, ...change } : grant)));
  const free = known.find((brand) => brand.value !== EVERY_BRAND && !value.some((grant) => grant.brand === brand.value)) ?? known[0];
  return (
    <div className="db-page" role="group" aria-label={t('users.grants')}>
      {value.length === 0 && <span className="db-muted">{t('users.no_grants')}</span>}
      {value.map((grant, place) => (
        <div key={place} className="db-filter">
          <Select
            aria-label={t('users.grant_brand', { place: place + 1 })}
            style={{ minWidth: 144 }}
            showSearch={{ optionFilterProp: 'label' }}
            value={grant.brand}
            options={known.some((brand) => brand.value === grant.brand) ? known : [...known, { value: grant.brand, label: grant.brand }]}
            onChange={(brand) => set(place, { brand })}
          />
          <RoleSelect label={t('users.grant_role', { place: place + 1 })} value={grant.role} onChange={(role) => set(place, { role })} />
          <Button
            type="text"
            icon={<DeleteOutlined />}
            aria-label={t('users.remove_grant', { place: place + 1 })}
            onClick={() => onChange(value.filter((_, at) => at !== place))}
          />
        </div>
      ))}
      {hasDoubles(value) && <Alert type="error" showIcon role="alert" title={t('users.twice')} />}
      {value.some((grant) => grant.brand === EVERY_BRAND && grant.role === 'owner') && <Alert type="info" showIcon title={t('access.role_may_all')} />}
      <div>
        <Button size="small" icon={<PlusOutlined />} onClick={() => onChange([...value, { brand: free?.value ?? EVERY_BRAND, role: 'viewer' }])}>
          {t('users.add_grant')}
        </Button>
      </div>
    </div>
  );
}
