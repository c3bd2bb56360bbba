import { Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { BEHAVIORS, behaviorName, isBuiltIn } from '@/lib/behaviors';

/** What may follow `custom:`, as the server takes it. */
const OWN = /^[a-z0-9_.-]{1,64}$/;

type Props = {
  label: string;
  id?: string;
  value?: string;
  onChange?: (value: string) => void;
};

/** A known behavior, or one of the brand's own when another name is typed. */
export function BehaviorSelect({ label, id, value, onChange }: Props) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const own = typed.trim().toLowerCase().replace(/^custom:/, '');
  const codes = new Set<string>([...BEHAVIORS, ...(value === undefined || value === '' ? [] : [value]), ...(OWN.test(own) && !isBuiltIn(own) ? [`custom:${own}`] : [])]);
  return (
    <Select
      {...(id === undefined ? {} : { id })}
      aria-label={label}
      placeholder={t('tracking.settings.behavior_placeholder')}
      notFoundContent={t('tracking.settings.behavior_hint')}
      popupMatchSelectWidth={false}
      showSearch={{ onSearch: setTyped, optionFilterProp: 'label' }}
      value={value === '' ? undefined : value}
      options={[...codes].map((code) => ({ value: code, label: isBuiltIn(code) ? `${behaviorName(code, t)} (${code})` : code }))}
      onChange={(next: string) => onChange?.(next)}
    />
  );
}
