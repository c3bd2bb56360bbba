/** Every page's address, built in one place. */
export const paths = {
  signIn: '/sign-in',
  password: '/password',
  overview: (brand: string) => `/b/${encodeURIComponent(brand)}/overview`,
  assets: (brand: string) => `/b/${encodeURIComponent(brand)}/assets`,
  fullLink: (brand: string) => `/b/${encodeURIComponent(brand)}/full-link`,
  flow: (brand: string) => `/b/${encodeURIComponent(brand)}/flow`,
  imports: (brand: string) => `/b/${encodeURIComponent(brand)}/imports`,
  newImport: (brand: string) => `/b/${encodeURIComponent(brand)}/imports/new`,
  tracking: (brand: string) => `/b/${encodeURIComponent(brand)}/tracking`,
  rejects: (brand: string) => `/b/${encodeURIComponent(brand)}/rejects`,
  consumers: (brand: string) => `/b/${encodeURIComponent(brand)}/consumers`,
  consumer: (brand: string, consumer: number) => `/b/${encodeURIComponent(brand)}/consumers/${consumer}`,
  idConflicts: (brand: string) => `/b/${encodeURIComponent(brand)}/id-conflicts`,
  rules: (brand: string) => `/b/${encodeURIComponent(brand)}/rules`,
  rulesVersion: (brand: string, name: string, version: number) => `/b/${encodeURIComponent(brand)}/rules/${encodeURIComponent(name)}/${version}`,
  rulesEdit: (brand: string, name: string, version: number) => `/b/${encodeURIComponent(brand)}/rules/${encodeURIComponent(name)}/${version}/edit`,
  users: (brand: string) => `/b/${encodeURIComponent(brand)}/users`,
  keys: (brand: string) => `/b/${encodeURIComponent(brand)}/keys`,
  audit: (brand: string) => `/b/${encodeURIComponent(brand)}/audit`,
};

/** The part of a consumer's page that tells why it is one person. */
export const WHY = 'why';

/** Parameters that stay in the address from page to page. */
export const KEPT_PARAMETERS = ['as_of', 'lang', 'rules'] as const;
