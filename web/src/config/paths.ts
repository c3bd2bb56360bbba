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
  rejects: (brand: string) => `/b/${encodeURIComponent(brand)}/rejects`,
  consumer: (brand: string, consumer: number) => `/b/${encodeURIComponent(brand)}/consumers/${consumer}`,
};

/** Parameters that stay in the address from page to page. */
export const KEPT_PARAMETERS = ['as_of', 'lang', 'rules'] as const;
