import { mkdirSync } from 'node:fs';

import { visit } from './support/pages';
import { repository, test } from './support/test';

// Only when asked for: the pictures of the guide are committed, and every browser draws them a little differently.
if (process.env.PICTURES !== undefined) {
  for (const lang of ['zh', 'en']) {
    test(`pictures of every page: ${lang}`, async ({ page, owned }) => {
      test.setTimeout(180_000);
      await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
      const folder = repository(`docs/guide/pages/${lang}`);
      mkdirSync(folder, { recursive: true });
      await visit(page, owned, lang, async (name) => {
        await page.screenshot({ path: `${folder}/${name}.png` });
      });
    });
  }
}
