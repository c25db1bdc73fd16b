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

test('days are chosen by dragging', async ({ page }) => {
  await page.goto('/domains/example.com?mx=mx2.example.com');
  const slider = page.getByRole('slider', { name: 'Day' });
  await expect(slider).toBeVisible();
  const box = (await slider.boundingBox())!;
  const at = (place: number) => box.x + (box.width * (place + 0.5)) / 30;
  await page.mouse.move(at(20), box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(at(28), box.y + box.height / 2, { steps: 4 });
  await page.mouse.up();
  await expect(page.locator('svg.chart .day.at')).toHaveCount(9);
  await page.getByRole('link', { name: `Show ${day(9)} to ${day(1)}` }).click();
  await expect(page).toHaveURL(new RegExp(`mx=mx2\\.example\\.com&from=${day(9)}&to=${day(1)}`));
  await expect(page.locator('svg.chart .day')).toHaveCount(9);
});

test('days are chosen by the keyboard', async ({ page }) => {
  await page.goto('/domains/example.com');
  const slider = page.getByRole('slider', { name: 'Day' });
  await slider.focus();
  await slider.press('ArrowLeft');
  for (let days = 1; days < 4; days++) await slider.press('Shift+ArrowLeft');
  await expect(page.locator('svg.chart .day.at')).toHaveCount(4);
  await slider.press('Escape');
  await expect(page.locator('svg.chart .day.at')).toHaveCount(1);
  await slider.press('Shift+ArrowRight');
  await slider.press('Enter');
  await expect(page).toHaveURL(new RegExp(`from=${day(4)}&to=${day(3)}`));
  await expect(page.locator('svg.chart .day')).toHaveCount(2);
});

test('a report URL is copied whole', async ({ page, context, house }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto('/domains/example.net/records');
  await page.getByRole('button', { name: /the report URL/ }).click();
  await expect(page.getByRole('button', { name: /the report URL/ })).toContainText('Copied');
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(house.waiting.report_url);
});
