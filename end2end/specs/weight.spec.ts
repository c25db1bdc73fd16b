// What a first visit downloads: pages must be light, and useful before any script has run.

import { expect, test } from '../harness/test.ts';

const kB = 1000;

for (const path of ['/domains/example.com', '/tools/lint', '/help']) {
  test(`the first load of ${path} is small`, async ({ page, javaScriptEnabled }) => {
    const session = await page.context().newCDPSession(page);
    await session.send('Network.enable');
    const kinds = new Map<string, string>();
    const sizes = new Map<string, number>();
    session.on('Network.responseReceived', ({ requestId, type, response }) => {
      kinds.set(requestId, response.mimeType === 'application/wasm' ? 'Wasm' : type);
    });
    session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
      const kind = kinds.get(requestId) ?? 'Other';
      sizes.set(kind, (sizes.get(kind) ?? 0) + encodedDataLength);
    });

    await page.goto(path, { waitUntil: 'networkidle' });
    const figures = [...sizes].map(([kind, bytes]) => `${kind} ${(bytes / kB).toFixed(1)} kB`).join(', ');
    console.log(`    first load of ${path}: ${figures}`);
    if (javaScriptEnabled) expect(sizes.has('Wasm'), figures).toBe(true);
    expect((sizes.get('Document') ?? Infinity) + (sizes.get('Stylesheet') ?? Infinity), figures).toBeLessThanOrEqual(40 * kB);
    expect([...sizes.values()].reduce((sum, bytes) => sum + bytes), figures).toBeLessThanOrEqual(150 * kB);
  });
}
