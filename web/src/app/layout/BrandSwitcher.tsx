import { useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { useLocation, useNavigate } from 'react-router';

import { brandsQuery } from '@/api/queries/brands';
import { useAddress } from '@/hooks/use-address';
import { useBrandSlug } from '@/hooks/use-brand';

import { NAVIGATION_PAGES } from '../navigation';
import { paths } from '@/config/paths';

/** Goes to the same page of another brand. */
export function BrandSwitcher() {
  const { t } = useTranslation();
  const slug = useBrandSlug();
  const brands = useQuery(brandsQuery).data ?? [];
  const navigate = useNavigate();
  const address = useAddress();
  const { pathname } = useLocation();
  const here = NAVIGATION_PAGES.find((page) => pathname.startsWith(page.path(slug)));
  return (
    <Select
      aria-label={t('shell.brand')}
      value={slug}
      showSearch={{ optionFilterProp: 'label' }}
      popupMatchSelectWidth={false}
      className="db-brand-select"
      options={brands.map((brand) => ({ value: brand.slug, label: brand.name === '' ? brand.slug : brand.name }))}
      onChange={(next) => void navigate(address((here?.path ?? paths.overview)(next)))}
    />
  );
}
