// What a script adds to the page of a domain: the read-out under the pointer and under the arrow keys, and copying.

import { expect, test } from '../harness/test.ts';
import { day } from '../harness/reports.ts';

/** `Sat 21 Nov`, as the chart says it. */
function inWords(ago: number): string {
  const date = new Date(`${day(ago)}T00:00:00Z`);
  const part = (options: Intl.DateTimeFormatOptions) => date.toLocaleDateString('en-US', { timeZone: 'UTC', ...options });
  return `${part({ weekday: 'short' })} ${part({ day: 'numeric' })} ${part({ month: 'short' })}`;
}

test('the chart reads a day out to the keyboard', async ({ page }) => {
  await page.goto('/domains/example.com');
  const reading = page.locator('.reading');
  await expect(reading).toContainText('sessions');
  const slider = page.getByRole('slider', { name: 'Day' });
  await slider.focus();
  await expect(reading).toContainText(inWords(0));
  await slider.press('ArrowLeft');
  await expect(reading).toContainText(`${inWords(1)}: 816 sessions, 14 failed (certificate-expired)`);
  await expect(slider).toHaveAttribute('aria-valuetext', (await reading.textContent())!);
  await slider.press('Home');
  await expect(reading).toContainText(inWords(29));
  await slider.blur();
  await expect(reading).not.toContainText(inWords(29) + ':');
});

test('the chart reads a day out under the pointer', async ({ page }) => {
  await page.goto('/domains/example.com');
  const slider = page.getByRole('slider', { name: 'Day' });
  await expect(slider).toBeVisible();
  const box = (await slider.boundingBox())!;
  await page.mouse.move(box.x + (box.width * 28.5) / 30, box.y + box.height / 2);
  await expect(page.locator('.reading')).toContainText(`${inWords(1)}: 816 sessions`);
  await expect(page.locator('svg.chart .day.at')).toHaveCount(1);
  await page.mouse.move(0, 0);
  await expect(page.locator('svg.chart .day.at')).toHaveCount(0);
});

test('a report URL is copied whole', async ({ page, context, house }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto('/domains/example.net/records');
  await page.getByRole('button', { name: /the report URL/ }).click();
  await expect(page.getByRole('button', { name: /the report URL/ })).toContainText('Copied');
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(house.waiting.report_url);
});
