import { Button, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';

import { paths } from '@/config/paths';
import { useAddress } from '@/hooks/use-address';
import { useBrandSlug } from '@/hooks/use-brand';

/** Goes to a consumer whose number is known. */
export function NumberBox() {
  const { t } = useTranslation();
  const brand = useBrandSlug();
  const navigate = useNavigate();
  const address = useAddress();
  const [text, setText] = useState('');
  const wanted = text.trim();
  const isNumber = /^\d{1,10}$/.test(wanted);
  return (
    <form
      className="db-lookup"
      aria-label={t('consumers.by_number')}
      onSubmit={(event) => {
        event.preventDefault();
        if (isNumber) void navigate(address(paths.consumer(brand, Number(wanted))));
      }}
    >
      <label className="db-lookup-field">
        {t('consumers.by_number')}
        <Input inputMode="numeric" placeholder={t('consumers.number_placeholder')} value={text} onChange={(event) => setText(event.target.value)} />
      </label>
      <Button htmlType="submit" disabled={!isNumber}>
        {t('consumers.find')}
      </Button>
    </form>
  );
}
