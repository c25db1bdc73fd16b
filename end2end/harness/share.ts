// Share links, made as an editor makes them.

import { expect, type Browser } from '@playwright/test';
import type { House } from './test.ts';

/** Makes a share link to a domain and gives its path. Links of earlier tests are revoked: a domain has only so many. */
export async function share(browser: Browser, house: House, domain: string): Promise<string> {
  const context = await browser.newContext({ storageState: house.state, baseURL: house.program.url });
  const page = await context.newPage();
  await page.goto(`/domains/${domain}/share`);
  const revoke = page.getByRole('button', { name: /^Revoke/ });
  while ((await revoke.count()) > 8) {
    const left = await revoke.count();
    await revoke.last().click();
    await expect(revoke).toHaveCount(left - 1);
  }
  await page.getByRole('textbox', { name: /^For/ }).fill('a test');
  await page.getByRole('button', { name: 'Make the link' }).click();
  const link = await page.locator('section', { hasText: 'Your new share link' }).locator('code').innerText();
  await context.close();
  return new URL(link).pathname;
}
