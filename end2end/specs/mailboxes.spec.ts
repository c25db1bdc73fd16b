// Adding a mailbox, with a test that tells what is wrong, changing, pausing and removing it: with and without script.

import { createFirstUser, expect, test } from '../harness/test.ts';
import { Program } from '../harness/program.ts';

test('a mailbox is added, tested and removed', async ({ page }) => {
  // A name server that is not there: the test ends at once, and asks nobody.
  const program = await Program.start(['serve'], 20_000, { WAXSEAL_CHECKS__NAME_SERVERS: '127.0.0.1:1' });
  try {
    await createFirstUser(page, await program.setupLink());
    await page.goto(`${program.url}/settings/mailboxes`);
    await expect(page.getByText('No mailbox is read yet.')).toBeVisible();
    await page.getByLabel('Server').fill('imap.example.com');
    await page.getByLabel('User').fill('tls-reports@example.com');
    await page.getByRole('textbox', { name: /^Password/ }).fill('a password of the mailbox');
    await page.getByLabel('Once a report is stored').selectOption('move');
    await page.getByRole('button', { name: 'Add and test' }).click();
    await expect(page.getByRole('alert')).toContainText('name the folder they go to');

    await page.getByLabel('Server').fill('imap.example.com');
    await page.getByLabel('User').fill('tls-reports@example.com');
    await page.getByRole('textbox', { name: /^Password/ }).fill('a password of the mailbox');
    await page.getByRole('button', { name: 'Add and test' }).click();
    const mailbox = page.getByRole('region', { name: 'tls-reports@example.com' });
    await expect(mailbox.getByRole('alert')).toContainText('the test failed');
    await expect(mailbox).toContainText('imap.example.com, port 993, folder INBOX');
    expect(await page.content()).not.toContain('a password of the mailbox');
    await mailbox.getByRole('button', { name: 'Test tls-reports@example.com now' }).click();
    await expect(mailbox.getByRole('alert')).toContainText('the test failed');

    // Changed without the password, which goes to no other server.
    await mailbox.getByRole('link', { name: 'Change tls-reports@example.com' }).click();
    await expect(page.getByRole('textbox', { name: 'Server', exact: true })).toHaveValue('imap.example.com');
    await expect(page.getByRole('textbox', { name: /^Password/ })).toHaveValue('');
    await page.getByRole('textbox', { name: 'Server', exact: true }).fill('imap.example.net');
    await page.getByRole('button', { name: 'Save and test' }).click();
    await expect(page.getByRole('alert')).toContainText('Enter it anew');
    await page.getByLabel('Folder', { exact: true }).fill('TLS');
    await page.getByRole('button', { name: 'Save and test' }).click();
    await expect(mailbox).toContainText('imap.example.com, port 993, folder TLS');
    await mailbox.getByRole('button', { name: 'Pause tls-reports@example.com' }).click();
    await expect(mailbox).toContainText('it is not read');
    await mailbox.getByRole('button', { name: 'Resume tls-reports@example.com' }).click();
    await expect(mailbox).not.toContainText('it is not read');
    await mailbox.getByRole('button', { name: 'Remove tls-reports@example.com' }).click();
    await expect(page.getByText('No mailbox is read yet.')).toBeVisible();
  } finally {
    await program.stop();
  }
});
