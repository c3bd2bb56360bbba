import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

import { rulesVersionQuery } from '@/api/queries/rules';
import { OUTSIDE_CODE } from '@/lib/stages';

import { useBrandSlug } from './use-brand';
import { useLanguage } from './use-format';

/** Names of stages in the reader's language. `ruleSet` is `name@version`, as documents carry it. */
export function useStageNames(ruleSet: string | undefined): (code: string) => string {
  const brand = useBrandSlug();
  const language = useLanguage();
  const { t } = useTranslation();
  const [name = '', version = ''] = (ruleSet ?? '').split('@');
  const rules = useQuery({ ...rulesVersionQuery(brand, name, Number(version)), enabled: name !== '' && /^\d+$/.test(version) });
  return useMemo(() => {
    const named = new Map(rules.data?.rule_set.stages.map((stage) => [stage.code, stage.name[language]]));
    return (code) => {
      if (code === OUTSIDE_CODE) return t('common.outside');
      const fallback = code === 'A' || code === 'I' || code === 'P' || code === 'L' ? t(`common.stage_names.${code}`) : code;
      const given = named.get(code);
      return given === undefined || given === '' || given === code ? fallback : given;
    };
  }, [rules.data, language, t]);
}

/** Codes of a rule set, shallowest first; undefined until they are known. */
export function useStageCodes(ruleSet: string | undefined): string[] | undefined {
  const brand = useBrandSlug();
  const [name = '', version = ''] = (ruleSet ?? '').split('@');
  const rules = useQuery({ ...rulesVersionQuery(brand, name, Number(version)), enabled: name !== '' && /^\d+$/.test(version) });
  // Rule sets are written deepest first.
  return useMemo(() => rules.data?.rule_set.stages.map((stage) => stage.code).reverse(), [rules.data]);
}
