// From page to page the marks of where one is move, and nothing else does. A move that the browser leaves out is no error: `watch`
// would see one. A busy machine's browser may leave out any, so a page is left until one was seen.

import { expect, test } from '../harness/test.ts';
import type { Page } from '@playwright/test';

test('only the marks of where one is move', async ({ page }) => {
  await page.addInitScript(() =>
    addEventListener('pagereveal', async ({ viewTransition }) => {
      if (!(await viewTransition?.ready.then(() => true, () => false))) return;
      const moving = document.getAnimations().map(({ effect }) => (effect as KeyframeEffect).pseudoElement);
      console.log(`moves: ${[...new Set(moving.map((part) => part?.match(/\((.*)\)/)?.[1]))].sort().join(' ')}`);
    }),
  );
  expect(await toldOnTheWay(page, '/domains/example.com', 'History')).toBe('moves: tab');
});

test('a move that is left out is no error', async ({ page }) => {
  await page.addInitScript(() =>
    addEventListener('pagereveal', ({ viewTransition }) => {
      if (viewTransition) console.log('moves: left out');
      viewTransition?.skipTransition();
    }),
  );
  expect(await toldOnTheWay(page, '/', 'Incidents')).toBe('moves: left out');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Incidents');
});

/** What a page says of its moves when it is reached by a link of another. */
async function toldOnTheWay(page: Page, from: string, link: string): Promise<string> {
  let told = '';
  page.on('console', (message) => {
    if (message.text().startsWith('moves:')) told = message.text();
  });
  await expect(async () => {
    await page.goto(from);
    await page.getByRole('link', { name: link }).first().click();
    await expect.poll(() => told, { timeout: 5_000 }).not.toBe('');
  }).toPass();
  return told;
}
