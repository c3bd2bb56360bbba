import { useTranslation } from 'react-i18next';

import type { ConsumerEvent } from '@/api/types';
import { useFormat } from '@/hooks/use-format';
import { behaviorName } from '@/lib/behaviors';

import { timeIn } from '../model/timeline';
import { BehaviorIcon } from './behavior-icons';

/** One event: what, when, with what, for how much. */
export function EventLine({ event, timezone }: { event: ConsumerEvent; timezone: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const has = (value: unknown) => value !== null && value !== undefined && value !== '';
  const facts = [
    has(event.item_id) && t('consumers.events.item', { id: event.item_id }),
    has(event.category) && t('consumers.events.category', { id: event.category }),
    has(event.quantity) && t('consumers.events.quantity', { quantity: event.quantity }),
    has(event.rating) && t('consumers.events.rating', { rating: event.rating }),
    has(event.order_id) && t('consumers.events.order', { id: event.order_id }),
    has(event.store_id) && t('consumers.events.store', { id: event.store_id }),
    has(event.channel) && t('consumers.events.channel', { id: event.channel }),
    has(event.campaign) && t('consumers.events.campaign', { id: event.campaign }),
    has(event.touchpoint) && t('consumers.events.touchpoint', { id: event.touchpoint }),
    t('consumers.events.source', { source: event.source }),
  ].filter((fact) => typeof fact === 'string');
  const properties = Object.entries(event.properties);
  return (
    <li className="db-event">
      <BehaviorIcon code={event.behavior} />
      <time dateTime={event.ts} className="db-muted db-figure">
        {timeIn(timezone, event.ts)}
      </time>
      <span>{behaviorName(event.behavior, t)}</span>
      {event.amount && <span className="db-figure db-event-amount">{format.money(event.amount)}</span>}
      <span className="db-event-facts">
        {facts.map((fact) => (
          <span key={fact}>{fact}</span>
        ))}
        {properties.length > 0 && (
          <details>
            <summary>{t('consumers.events.properties')}</summary>
            {properties.map(([name, value]) => (
              <div key={name}>
                <code>{name}</code> {typeof value === 'string' ? value : JSON.stringify(value)}
              </div>
            ))}
          </details>
        )}
      </span>
    </li>
  );
}
