import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import importX from 'eslint-plugin-import-x';
import reactHooks from 'eslint-plugin-react-hooks';
import { readdirSync } from 'node:fs';
import tseslint from 'typescript-eslint';

/** Lower tiers first: a folder imports only from those before its own. */
const TIERS = ['lib', 'config', 'api', 'hooks', 'components', 'charts', 'features', 'app'];
const FREE = [
  ['lib', 'config'],
  ['components', 'charts'],
];

const zones = TIERS.flatMap((tier, place) =>
  TIERS.slice(place + 1)
    .filter((upper) => !FREE.some((pair) => pair.includes(tier) && pair.includes(upper)))
    .map((upper) => ({
      target: `./src/${tier}`,
      from: `./src/${upper}`,
      message: `${tier} may not import from ${upper}: imports go one way (${TIERS.join(' → ')})`,
    })),
);

const features = readdirSync(new URL('./src/features', import.meta.url));
const apart = features.map((feature) => ({
  target: `./src/features/${feature}`,
  from: './src/features',
  except: [`./${feature}`],
  message: 'features never import each other: move what both need down a tier',
}));

export default tseslint.config(
  { ignores: ['dist', 'node_modules', 'src/api/__generated__'] },
  ...tseslint.configs.recommended,
  reactHooks.configs.flat.recommended,
  {
    files: ['src/**/*.{ts,tsx}'],
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver-next': [createTypeScriptImportResolver({ project: './tsconfig.json' })] },
    rules: {
      'import-x/no-restricted-paths': ['error', { basePath: import.meta.dirname, zones: [...zones, ...apart] }],
      'import-x/no-default-export': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'no-restricted-imports': [
        'error',
        {
          paths: [
            { name: '.', message: 'name the file: there are no barrels' },
            { name: 'echarts', message: 'import from charts/echarts, which registers only what is used' },
          ],
        },
      ],
      'no-restricted-globals': ['error', { name: 'fetch', message: 'only api/ calls the server' }],
    },
  },
  { files: ['src/api/**'], rules: { 'no-restricted-globals': 'off' } },
  { files: ['src/charts/echarts.ts'], rules: { 'no-restricted-imports': 'off' } },
  { files: ['src/testing/**', 'src/**/*.test.{ts,tsx}'], rules: { 'import-x/no-restricted-paths': 'off' } },
);
