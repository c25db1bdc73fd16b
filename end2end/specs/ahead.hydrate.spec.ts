// Links are fetched ahead when a pointer rests on them, so that the next page is there at once.

import { expect, test } from '../harness/test.ts';

test('a link under the pointer is fetched ahead, one of a tool is not', async ({ page, context }) => {
  const ahead: string[] = [];
  const session = await context.newCDPSession(page);
  await session.send('Preload.enable');
  session.on('Preload.prefetchStatusUpdated', ({ prefetchUrl, status }) => {
    if (status === 'Ready' || status === 'Success') ahead.push(new URL(prefetchUrl).pathname);
  });
  await page.goto('/');
  await page.locator('main').getByRole('link', { name: 'example.org' }).first().hover();
  await expect.poll(() => ahead).toContain('/domains/example.org');
  await page.getByRole('navigation').getByRole('link', { name: 'Tools' }).first().hover();
  await page.waitForTimeout(1_000);
  expect(ahead).not.toContain('/tools');
});
