import { useTranslation } from 'react-i18next';

const MINUTE = 60;
const HOUR = 3600;

/** Writes how long something takes or took. */
export function useDuration(): (seconds: number) => string {
  const { t } = useTranslation();
  return (seconds) => {
    const whole = Math.max(0, Math.round(seconds));
    if (whole < MINUTE) return t('transfer.time.seconds', { seconds: whole });
    if (whole < HOUR) return t('transfer.time.minutes', { minutes: Math.floor(whole / MINUTE), seconds: whole % MINUTE });
    return t('transfer.time.hours', { hours: Math.floor(whole / HOUR), minutes: Math.floor((whole % HOUR) / MINUTE) });
  };
}
