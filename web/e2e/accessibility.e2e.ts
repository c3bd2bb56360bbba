import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

import type { Page } from '@playwright/test';

import { visit } from './support/pages';
import { expect, test } from './support/test';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Finding {
  id: string;
  help: string;
  nodes: { target: string[]; failureSummary: string }[];
}

/** What the checker finds on a page, as lines. */
async function findings(page: Page): Promise<string[]> {
  // By the debugger's way in: the page's own policy lets no script of others run.
  const found = await page.evaluate(`${axe}; axe.run(document, { resultTypes: ['violations'] }).then((result) => result.violations)`);
  return (found as Finding[]).flatMap(({ id, help, nodes }) => nodes.map((node) => `${id}: ${help}: ${node.target.join(' ')}`));
}

// Every language, color and size, each with both of the others.
const looks = [
  { lang: 'zh', theme: 'light', width: 1440 },
  { lang: 'zh', theme: 'dark', width: 390 },
  { lang: 'en', theme: 'dark', width: 1440 },
  { lang: 'en', theme: 'light', width: 390 },
] as const;

for (const { lang, theme, width } of looks) {
  test(`every page is accessible: ${lang}, ${theme}, ${width} pixels`, async ({ page, owned }) => {
    test.setTimeout(180_000);
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width, height: 900 });
    const problems: string[] = [];
    await visit(page, owned, lang, async (name) => {
      problems.push(...(await findings(page)).map((finding) => `${name}: ${finding}`));
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      if (overflow > 0) problems.push(`${name}: ${overflow} pixels wider than the window`);
    });
    expect(problems).toEqual([]);
  });
}
