// The system's Chromium, told to talk to nobody but us.

import { existsSync } from 'node:fs';

const candidates = [process.env['CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const executablePath = candidates.find((path) => path && existsSync(path));
if (!executablePath) throw new Error('No Chromium found: install Debian’s chromium, or name it in CHROMIUM.');

export const chromium = {
  browserName: 'chromium' as const,
  locale: 'en-GB',
  timezoneId: 'America/New_York', // far from UTC, so that a local time on a page would show
  launchOptions: {
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  },
};
