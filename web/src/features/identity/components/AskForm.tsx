import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Consumer } from '@/api/types';

import type { TypedId } from './IdField';
import { IdField } from './IdField';

type Props = {
  ids: Consumer['ids'];
  /** An id that is known already, `TYPE:VALUE`. */
  foundBy: string | undefined;
  /** The profile of the id that is asked for. */
  profile: number | undefined;
  isPending: boolean;
  onAsk: (id: string, other: string | undefined) => void;
};

function written({ type, value }: TypedId): string | undefined {
  return value.trim() === '' ? undefined : `${type}:${value.trim()}`;
}

/** Asks for one of the person's ids in full and, if wanted, for another to compare it with. */
export function AskForm({ ids, foundBy, profile, isPending, onAsk }: Props) {
  const { t } = useTranslation();
  const own = ids.filter((id) => !id.alias);
  const start = own.find((id) => id.profile === profile) ?? own[0];
  const colon = foundBy?.indexOf(':') ?? -1;
  const [id, setId] = useState<TypedId>(
    foundBy !== undefined && colon > 0 ? { type: foundBy.slice(0, colon), value: foundBy.slice(colon + 1) } : { type: start?.type ?? 'phone', value: '' },
  );
  const [other, setOther] = useState<TypedId>({ type: own[1]?.type ?? 'phone', value: '' });
  const types = [...new Set(own.map((each) => each.type))];
  const wanted = written(id);
  const masked = (start?.type === id.type ? start : own.find((each) => each.type === id.type))?.masked;
  return (
    <form
      className="db-why-form"
      aria-label={t('identity.why')}
      onSubmit={(event) => {
        event.preventDefault();
        if (wanted !== undefined) onAsk(wanted, written(other));
      }}
    >
      <IdField
        label={t('identity.ask_id')}
        id={id}
        first={types}
        placeholder={masked === undefined ? t('consumers.id_placeholder') : t('identity.in_full', { masked })}
        onChange={setId}
      />
      <IdField label={t('identity.ask_other')} id={other} first={types} placeholder={t('identity.ask_other_hint')} onChange={setOther} />
      <Button htmlType="submit" loading={isPending} disabled={wanted === undefined}>
        {t('identity.ask')}
      </Button>
    </form>
  );
}
