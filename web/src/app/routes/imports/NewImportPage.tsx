import { ArrowLeftOutlined } from '@ant-design/icons';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { ForbiddenState } from '@/components/feedback/ForbiddenState';
import { ListPage } from '@/components/layout/ListPage';
import { paths } from '@/config/paths';
import { NewImport } from '@/features/imports/components/NewImport';
import { useAddress } from '@/hooks/use-address';
import { useBrandSlug, useMay } from '@/hooks/use-brand';

/** Files, mapping, import: three steps that are seen at once where there is room. */
export function Component() {
  const { t } = useTranslation();
  const brand = useBrandSlug();
  const address = useAddress();
  const mayWrite = useMay('imports.write');
  return (
    <ListPage
      title={t('imports.create.title')}
      intro={t('imports.create.intro')}
      actions={
        <Link to={address(paths.imports(brand))}>
          <ArrowLeftOutlined aria-hidden="true" /> {t('imports.create.back')}
        </Link>
      }
    >
      {mayWrite ? <NewImport key={brand} brand={brand} /> : <ForbiddenState action="imports.write" />}
    </ListPage>
  );
}
