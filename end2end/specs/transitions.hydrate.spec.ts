// From page to page the marks of where one is move, and nothing else does. A move that the browser leaves out is no error: `watch`
// would see one.

import { expect, test } from '../harness/test.ts';

test('only the marks of where one is move', async ({ page }) => {
  const begun = page.waitForEvent('console', (message) => message.text().startsWith('moves:'));
  await page.addInitScript(() =>
    addEventListener('pagereveal', async ({ viewTransition }) => {
      await viewTransition?.ready;
      const moving = document.getAnimations().map(({ effect }) => (effect as KeyframeEffect).pseudoElement);
      if (viewTransition) console.log(`moves: ${[...new Set(moving.map((part) => part?.match(/\((.*)\)/)?.[1]))].sort().join(' ')}`);
    }),
  );
  await page.goto('/domains/example.com');
  await page.getByRole('link', { name: 'History' }).first().click();
  expect((await begun).text()).toBe('moves: tab');
});

test('a move that is left out is no error', async ({ page }) => {
  const begun = page.waitForEvent('console', (message) => message.text() === 'left out');
  await page.addInitScript(() =>
    addEventListener('pagereveal', ({ viewTransition }) => {
      if (viewTransition) console.log('left out');
      viewTransition?.skipTransition();
    }),
  );
  await page.goto('/');
  await page.getByRole('link', { name: 'Incidents' }).first().click();
  await begun;
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Incidents');
});
