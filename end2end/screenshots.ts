// Draws the pictures of the documentation from `waxseal demo`.

import { join } from 'node:path';
import { test } from '@playwright/test';
import { Program, root } from './harness/program.ts';
import { signIn } from './harness/test.ts';

test('the pictures of the documentation', async ({ browser }) => {
  const password = 'only for the pictures';
  const demo = await Program.start(['demo', '--password', password], 240_000);
  try {
    const page = await browser.newPage({ viewport: { width: 1180, height: 860 }, colorScheme: 'light' });
    await page.goto(demo.url);
    await signIn(page, password, 'demo@waxseal.example');
    await page.locator('.domains').waitFor();
    await page.screenshot({ path: join(root, 'docs/overview.png') });
    await page.setViewportSize({ width: 1180, height: 1180 });
    await page.getByRole('table').getByRole('link', { name: 'northmail.example', exact: true }).click();
    await page.locator('svg.chart').waitFor();
    await page.screenshot({ path: join(root, 'docs/domain.png') });
  } finally {
    await demo.stop();
  }
});
