// Every page, light and dark, on a phone and on a desk: readable by everyone, nothing cut off.

import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '../harness/test.ts';
import type { Page } from '@playwright/test';

const pages: Record<string, { path: string; signedIn?: boolean }> = {
  Overview: { path: '/' },
  'a search without a match': { path: '/?q=nowhere' },
  'Add domains': { path: '/domains/add' },
  'a failing domain': { path: '/domains/example.com' },
  'a clean domain': { path: '/domains/example.org' },
  'a waiting domain': { path: '/domains/example.net' },
  'a domain’s reports': { path: '/domains/example.com/reports' },
  'a domain’s records': { path: '/domains/example.com/records' },
  'a report': { path: 'report' },
  'the ingest log': { path: '/log' },
  'a delivery': { path: 'delivery' },
  Help: { path: '/help' },
  'an unknown page': { path: '/nowhere' },
  'Sign in': { path: '/sign-in', signedIn: false },
};

for (const [name, { path, signedIn }] of Object.entries(pages)) {
  test.describe(() => {
    if (signedIn === false) test.use({ signedIn });
    test(name, async ({ page }) => {
      await open(page, path);
      for (const colorScheme of ['light', 'dark'] as const) {
        for (const width of [360, 1440]) {
          await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
          await page.setViewportSize({ width, height: 900 });
          const { violations } = await new AxeBuilder({ page }).analyze();
          const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' … ')}`);
          expect(found, `${colorScheme}, ${width} px`).toEqual([]);
          const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
          expect(overflow, `px wider than a screen of ${width}`).toBeLessThanOrEqual(0);
        }
      }
    });
  });
}

/** Goes to a path; a report and a delivery are reached through their lists, since their ids are nobody's business. */
async function open(page: Page, path: string): Promise<void> {
  if (path === 'report') {
    await page.goto('/domains/example.com/reports?failing=yes');
    await page.getByRole('table').getByRole('row').nth(1).getByRole('link').first().click();
    await expect(page).toHaveURL(/\/reports\/\w+/);
  } else if (path === 'delivery') {
    await page.goto('/log');
    await page.locator('main a[href^="/log/"]').first().click();
    await expect(page).toHaveURL(/\/log\/\w+/);
  } else {
    await page.goto(path);
  }
}
