import { freePort, removeData, startService } from '../tools/service.ts';
import { demoData } from './global-setup.ts';
import { expect, test } from './story.ts';

test('pictures come from VITRINE_PUBLIC_URL, wherever the page and the tag come from', async ({ page }) => {
  const data = await demoData();
  const port = await freePort();
  const publicUrl = `http://localhost:${port}`;
  const service = await startService({ data, port, env: { VITRINE_PUBLIC_URL: publicUrl } });
  const complaints: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  try {
    await page.goto(`${service.url}/shop/products/tl-ripple-mug.html`);
    const image = page.locator('vitrine-carousel img').first();
    await expect(image).toBeVisible();
    await expect.poll(() => image.evaluate((one: HTMLImageElement) => one.naturalWidth)).toBeGreaterThan(0);
    const sources = await page
      .locator('vitrine-carousel img')
      .evaluateAll((images) =>
        images.map((one) => new URL((one as HTMLImageElement).currentSrc || 'about:blank').origin),
      );
    expect(sources[0]).toBe(publicUrl);
    expect(new Set(sources.filter((origin) => origin !== 'null'))).toEqual(new Set([publicUrl]));
    expect(complaints).toEqual([]);
    expect(service.output()).not.toContain('set VITRINE_PUBLIC_URL');
  } finally {
    await service.stop();
    await removeData(data);
  }
});
