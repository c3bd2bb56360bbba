import { PlusOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button, Checkbox } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';

import type { Key } from '@/api/types';
import { ForbiddenState } from '@/components/feedback/ForbiddenState';
import { OnceSecret } from '@/components/feedback/OnceSecret';
import { QueryState } from '@/components/feedback/QueryState';
import { StepUpProvider } from '@/components/feedback/StepUpProvider';
import { ListPage } from '@/components/layout/ListPage';
import { Snippet } from '@/components/ui/Snippet';
import { paths } from '@/config/paths';
import { keysQuery } from '@/features/keys/api/keys';
import { KeyDialog } from '@/features/keys/components/KeyDialog';
import { KeyList } from '@/features/keys/components/KeyList';
import { keyState } from '@/features/keys/model/key-state';
import { useAddress, useSetParameters } from '@/hooks/use-address';
import { useBrand, useBrandSlug, useMay } from '@/hooks/use-brand';
import { useTrackingOrigin } from '@/hooks/use-tracking-origin';
import { snippet } from '@/lib/snippets';

/** The keys by which programs reach the brand. */
export function Component() {
  const { t } = useTranslation();
  const slug = useBrandSlug();
  const brand = useBrand()?.name || slug;
  const origin = useTrackingOrigin();
  const mayManage = useMay('keys.manage');
  const keys = useQuery({ ...keysQuery(slug), enabled: mayManage });
  const [search] = useSearchParams();
  const address = useAddress();
  const setParameters = useSetParameters();
  const [isCreating, setIsCreating] = useState(false);
  const [secret, setSecret] = useState<{ info: Key; key: string }>();
  if (!mayManage) return <ForbiddenState action="keys.manage" />;
  const showsAll = search.get('all') === '1';
  const now = new Date();
  return (
    <StepUpProvider>
      <ListPage
        title={t('keys.title')}
        intro={t('keys.intro', { brand })}
        filters={
          <Checkbox checked={showsAll} onChange={(event) => setParameters({ all: event.target.checked ? '1' : undefined })}>
            {t('keys.show_revoked')}
          </Checkbox>
        }
        actions={
          <Button type="primary" icon={<PlusOutlined />} onClick={() => setIsCreating(true)}>
            {t('keys.create')}
          </Button>
        }
      >
        <QueryState query={keys} what={t('keys.title')} action="keys.manage">
          {(items) => <KeyList keys={items.filter((key) => showsAll || keyState(key, now) === 'live')} />}
        </QueryState>
      </ListPage>
      {isCreating && <KeyDialog onClose={() => setIsCreating(false)} onCreated={(info, key) => setSecret({ info, key })} />}
      {secret && (
        <OnceSecret name={t('keys.key_of', { name: secret.info.name })} secret={secret.key} onClose={() => setSecret(undefined)}>
          {secret.info.kind === 'write' && (
            <>
              <p>{t('keys.try_it')}</p>
              <Snippet label={t('keys.try_it')} text={snippet('curl', origin, secret.key)} />
              <Link to={address(paths.tracking(slug))}>{t('keys.to_tracking')}</Link>
            </>
          )}
        </OnceSecret>
      )}
    </StepUpProvider>
  );
}
