import { Input, Select } from 'antd';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { ID_TYPES, idTypeName, OWN_TYPE } from '@/lib/id-types';

export type TypedId = { type: string; value: string };

type Props = {
  label: string;
  id: TypedId;
  placeholder: string;
  /** Types to be offered first. */
  first: readonly string[];
  onChange: (id: TypedId) => void;
};

/** An id as it is written out in full: its type and its value. */
export function IdField({ label, id, placeholder, first, onChange }: Props) {
  const { t } = useTranslation();
  const fieldId = useId();
  const [typed, setTyped] = useState('');
  const types = [...new Set<string>([...first, ...ID_TYPES, id.type, ...(OWN_TYPE.test(typed) ? [typed] : [])])];
  return (
    <div className="db-why-field">
      <label htmlFor={fieldId}>{label}</label>
      <div className="db-why-inputs">
        <Select
          aria-label={`${label}: ${t('consumers.id_type')}`}
          showSearch={{ onSearch: (text) => setTyped(text.trim().toLowerCase()), optionFilterProp: 'label' }}
          popupMatchSelectWidth={false}
          className="db-why-type"
          value={id.type}
          options={types.map((each) => ({ value: each, label: idTypeName(each, t) }))}
          onChange={(type) => onChange({ ...id, type })}
        />
        <Input
          id={fieldId}
          allowClear
          autoComplete="off"
          className="db-why-value"
          placeholder={placeholder}
          value={id.value}
          onChange={(event) => onChange({ ...id, value: event.target.value })}
        />
      </div>
    </div>
  );
}
