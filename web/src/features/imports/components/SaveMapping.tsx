import { SaveOutlined } from '@ant-design/icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { ErrorState } from '@/components/feedback/ErrorState';

import { mappingsQuery, saveMapping } from '../api/mappings';

type Props = { brand: string; text: string; chosen: string | undefined; onSaved: (name: string) => void };

/** Keeps a mapping under a name, for next time. */
export function SaveMapping({ brand, text, chosen, onSaved }: Props) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const queryClient = useQueryClient();
  const [typed, setTyped] = useState<string>();
  const name = (typed ?? chosen ?? '').trim();
  const save = useMutation({
    mutationFn: () => saveMapping(brand, name, text),
    onSuccess: async (mapping) => {
      await queryClient.invalidateQueries({ queryKey: mappingsQuery(brand).queryKey });
      onSaved(mapping.name);
      void message.success(t('imports.mapping.saved_as', { name: mapping.name }));
    },
  });
  return (
    <form
      className="db-filters"
      onSubmit={(event) => {
        event.preventDefault();
        if (name !== '' && text !== '') save.mutate();
      }}
    >
      <Input className="db-mapping-choice" aria-label={t('imports.mapping.name')} placeholder={t('imports.mapping.name')} value={typed ?? chosen ?? ''} onChange={(event) => setTyped(event.target.value)} />
      <Button htmlType="submit" icon={<SaveOutlined />} disabled={name === '' || text === ''} title={name === '' ? t('imports.mapping.save_needs_name') : undefined} loading={save.isPending}>
        {t('imports.mapping.save')}
      </Button>
      {save.error !== null && <ErrorState error={save.error} action="imports.write" />}
    </form>
  );
}
