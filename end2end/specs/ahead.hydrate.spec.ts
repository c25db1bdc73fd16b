// Links are drawn ahead when a pointer rests on them, so that the next page is there at once. A browser that a test watches does
// less: it only fetches them.

import { Tab } from '../harness/tab.ts';
import { expect, test } from '../harness/test.ts';

test('a link under the pointer is fetched ahead, one that is no page is not', async ({ page, context }) => {
  const ahead: string[] = [];
  const session = await context.newCDPSession(page);
  await session.send('Preload.enable');
  session.on('Preload.prefetchStatusUpdated', ({ prefetchUrl, status }) => {
    if (status === 'Ready' || status === 'Success') ahead.push(new URL(prefetchUrl).pathname);
  });
  await page.goto('/');
  await page.locator('main').getByRole('link', { name: 'example.org' }).first().hover();
  await expect.poll(() => ahead).toContain('/domains/example.org');
  await page.goto('/reports');
  await page.locator('.exports').getByRole('link', { name: 'CSV' }).hover();
  await page.waitForTimeout(1_000);
  expect(ahead.filter((path) => path.endsWith('.csv'))).toEqual([]);
});

test('a page that is drawn ahead is alive when it is shown', async ({ browser, context, baseURL }) => {
  const tab = await Tab.open(browser, context);
  const { awake } = await tab.follow(`${baseURL}/`, '/domains/example.org', 2_000);
  await tab.close();
  expect(awake).not.toBeNull();
  expect(awake).toBeLessThan(0);
});
