import '../consumers.css';

import { SearchOutlined } from '@ant-design/icons';
import { Alert, Button, Input, Select } from 'antd';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';

import { asApiError } from '@/api/errors';
import { paths } from '@/config/paths';
import { useAddress } from '@/hooks/use-address';
import { useBrandSlug } from '@/hooks/use-brand';
import { useConsumerLookup } from '@/hooks/use-consumer-lookup';
import { ID_TYPES, idTypeName, OWN_TYPE } from '@/lib/id-types';

/** Finds a consumer by an id. The id goes in the body of a request, never into an address. */
export function LookupBox() {
  const { t } = useTranslation();
  const brand = useBrandSlug();
  const navigate = useNavigate();
  const address = useAddress();
  const typeId = useId();
  const [type, setType] = useState<string>('phone');
  const [typed, setTyped] = useState('');
  const [value, setValue] = useState('');
  const lookup = useConsumerLookup((consumer) => void navigate(address(paths.consumer(brand, consumer))));
  const problem = lookup.error === null ? undefined : asApiError(lookup.error);
  const types = [...new Set<string>([...ID_TYPES, type, ...(OWN_TYPE.test(typed) ? [typed] : [])])];
  const wanted = value.trim();
  return (
    <form
      className="db-page"
      role="search"
      aria-label={t('consumers.search_title')}
      onSubmit={(event) => {
        event.preventDefault();
        if (wanted !== '') lookup.mutate(`${type}:${wanted}`);
      }}
    >
      <div className="db-lookup">
        <span className="db-lookup-field">
          <label htmlFor={typeId}>{t('consumers.id_type')}</label>
          <Select
            id={typeId}
            showSearch={{ onSearch: (text) => setTyped(text.trim().toLowerCase()), optionFilterProp: 'label' }}
            popupMatchSelectWidth={false}
            style={{ minWidth: 160 }}
            value={type}
            options={types.map((each) => ({ value: each, label: idTypeName(each, t) === each ? each : `${idTypeName(each, t)} (${each})` }))}
            onChange={setType}
          />
        </span>
        <label className="db-lookup-field">
          {t('consumers.id_value')}
          <Input
            autoComplete="off"
            placeholder={t('consumers.id_placeholder')}
            style={{ width: 280, maxWidth: '100%' }}
            value={value}
            onChange={(event) => {
              setValue(event.target.value);
              lookup.reset();
            }}
          />
        </label>
        <Button type="primary" htmlType="submit" icon={<SearchOutlined />} loading={lookup.isPending} disabled={wanted === ''}>
          {t('consumers.find')}
        </Button>
      </div>
      {problem && <Alert type="warning" showIcon role="alert" title={problem.code === 'not_found' ? t('consumers.not_found_id') : problem.message} />}
    </form>
  );
}
