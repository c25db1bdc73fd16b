// `make screenshots`: not a test, but the same machinery.

import { defineConfig } from '@playwright/test';
import { chromium } from './harness/chromium.ts';

export default defineConfig({ testDir: '.', testMatch: 'screenshots.ts', timeout: 300_000, reporter: 'line', use: chromium });
