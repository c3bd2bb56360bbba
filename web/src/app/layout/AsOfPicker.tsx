import { Button, DatePicker } from 'antd';
import dayjs from 'dayjs';
import { useTranslation } from 'react-i18next';

import { Marks } from '@/components/feedback/Marks';
import { useSetParameters } from '@/hooks/use-address';
import { useAsOf, useBrand } from '@/hooks/use-brand';
import { addDays, dayIn, daysBetween } from '@/lib/days';

/** The day that the pages answer for; the last complete one until another is chosen. */
export function AsOfPicker() {
  const { t } = useTranslation();
  const { day, isDefault, defaultDay } = useAsOf();
  const brand = useBrand();
  const setParameters = useSetParameters();
  const today = dayIn(brand?.timezone ?? 'UTC', new Date());
  const last = brand?.last_event_day;
  const isStale = last !== null && last !== undefined && daysBetween(last, today) > 2;
  return (
    <div className="db-as-of">
      <DatePicker
        aria-label={t('shell.as_of')}
        value={dayjs(day)}
        allowClear={false}
        inputReadOnly
        size="small"
        onChange={(value) => {
          const chosen = value?.format('YYYY-MM-DD');
          setParameters({ as_of: chosen === defaultDay ? undefined : chosen });
        }}
        maxDate={dayjs(addDays(today, 730))}
      />
      {isDefault ? (
        <span className="db-as-of-note">{t('shell.as_of_default')}</span>
      ) : (
        <Button type="link" size="small" onClick={() => setParameters({ as_of: undefined })}>
          {t('shell.as_of_reset')}
        </Button>
      )}
      {isStale && <Marks staleSince={last} />}
    </div>
  );
}
