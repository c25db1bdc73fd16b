// On paper: a month of a domain is one page of A4 whatever was reported, and every page leaves out what cannot be clicked.

import { expect, test } from '../harness/test.ts';
import { day, gzipped } from '../harness/reports.ts';
import type { Page } from '@playwright/test';

/** The pages of a PDF, and their size in points. */
async function paper(page: Page): Promise<{ pages: number; sizes: string[] }> {
  const pdf = (await page.pdf({ preferCSSPageSize: true, printBackground: false })).toString('latin1');
  const sizes = [...pdf.matchAll(/\/MediaBox\s*\[([^\]]+)\]/g)].map((box) => box[1]!.trim());
  return { pages: pdf.match(/\/Type\s*\/Page\b(?!s)/g)?.length ?? 0, sizes: [...new Set(sizes)] };
}

/** A4 is 210 × 297 mm: 595 × 842 points. */
function isA4(size: string): boolean {
  const [, , width, height] = size.split(/\s+/).map(Number);
  return Math.abs(width! - 595.28) < 1 && Math.abs(height! - 841.89) < 1;
}

test('a month with more than fits is one page of A4, and says what it leaves out', async ({ page, house }) => {
  const [rich] = await house.program.addDomains('rich.example');
  const types = ['certificate-expired', 'certificate-host-mismatch', 'starttls-not-supported', 'validation-failure', 'sts-policy-invalid'];
  for (let reporter = 0; reporter < 24; reporter++) {
    for (let ago = 1; ago <= 4; ago++) {
      const failures = types.map((type, i) => ({
        'result-type': reporter % 3 ? type : `an-unheard-of-failure-with-a-long-name-${reporter}-${i}`,
        'failed-session-count': 10 + reporter * i,
        'receiving-mx-hostname': `mx${reporter}-${'very-'.repeat(8)}long.mail.exchange.of.a.customer.rich.example`,
      }));
      const organization = `Reporter ${reporter} of ${'a long name '.repeat(12)}`;
      const content = { domain: rich!.domain, organization, contact: `tls@r${reporter}.example`, ago, successful: 100_000, failures };
      expect(await house.program.post(rich!.address, gzipped({ ...content, id: `${reporter}-${ago}` }))).toBeLessThan(300);
    }
  }
  await page.goto(`/domains/rich.example/monthly?month=${day(2).slice(0, 7)}`);
  await expect(page.getByText(/^and \d+ causes more$/)).toBeVisible();
  await expect(page.getByText(/^and \d+ reporters more$/)).toBeVisible();
  const { pages, sizes } = await paper(page);
  expect(pages).toBe(1);
  expect(sizes.every(isA4), sizes.join()).toBe(true);
  // Nothing is cut off at the foot: what is last is on the page.
  await page.emulateMedia({ media: 'print' });
  await page.setViewportSize({ width: 688, height: 1020 });
  const cut = await page.locator('.monthly').evaluate((sheet) => sheet.scrollHeight - sheet.clientHeight);
  expect(cut, 'px that do not fit').toBeLessThanOrEqual(0);
});

test('a month of a domain without reports is one page as well', async ({ page }) => {
  await page.goto('/domains/example.net/monthly');
  await expect(page.getByRole('main')).toContainText('No report tells of sessions in this month.');
  const { pages, sizes } = await paper(page);
  expect(pages).toBe(1);
  expect(sizes.every(isA4), sizes.join()).toBe(true);
});

test('a month is reached from its domain, and leads to the months beside it', async ({ page }) => {
  await page.goto('/domains/example.org');
  await page.getByRole('link', { name: 'Monthly report on one page' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('example.org');
  await page.goto('/domains/example.org/monthly?month=2026-03');
  const months = page.getByRole('navigation', { name: 'Month' });
  await months.getByRole('link', { name: 'February 2026' }).click();
  await expect(page).toHaveURL(/month=2026-02/);
  await months.getByLabel('Month').fill('2026-01');
  await months.getByRole('button', { name: 'Show' }).click();
  await expect(page.locator('.monthly')).toContainText('Mail over TLS in January 2026');
});

test('lists are no wider than a sheet of A4', async ({ page }) => {
  await page.emulateMedia({ media: 'print' });
  await page.setViewportSize({ width: 718, height: 1045 });
  for (const path of ['/', '/reports', '/domains/example.com/reports', '/domains/example.com/history', '/log', '/settings/audit']) {
    await page.goto(path);
    await expect(page.locator('table.list')).toBeVisible();
    const cut = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(cut, `px that do not fit of ${path}`).toBeLessThanOrEqual(0);
  }
});

test('what is printed is black on white, without navigation, and open', async ({ page }) => {
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  await page.goto('/domains/example.com');
  await expect(page.locator('header.top')).toBeHidden();
  await expect(page.getByRole('navigation', { name: 'Domain' })).toBeHidden();
  await expect(page.getByText('Export these days')).toBeHidden();
  // Closed on the screen.
  await expect(page.locator('.days-table').first()).toBeVisible();
  const body = await page.locator('body').evaluate((element) => {
    const { color, backgroundColor } = getComputedStyle(element);
    return [color, backgroundColor];
  });
  expect(body).toEqual(['rgb(0, 0, 0)', 'rgb(255, 255, 255)']);
  const link = page.locator('main a:visible').first();
  if ((await link.count()) > 0) expect(await link.evaluate((a) => getComputedStyle(a).textDecorationLine)).toBe('none');
});
