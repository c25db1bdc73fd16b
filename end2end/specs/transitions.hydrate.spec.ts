// One page turns into the next, and a turn that the browser leaves out is no error: see `watch`.

import { expect, test } from '../harness/test.ts';

test('a transition that is left out is no error', async ({ page }) => {
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
