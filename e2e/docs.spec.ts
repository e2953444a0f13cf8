import type { Locator, Page } from '@playwright/test';
import { expect, listenForTrouble, test, type World } from './story.ts';

/** The page at `/docs`, read and tried. */

async function open(page: Page, { service }: World) {
  const trouble = listenForTrouble(page);
  const elsewhere: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(`${service.url}/`) && !/^(data|blob):/.test(request.url()))
      elsewhere.push(request.url());
  });
  await page.goto(`${service.url}/docs`);
  await expect(page.getByRole('heading', { name: /^Vitrine/ })).toBeVisible();
  return { trouble, elsewhere };
}

for (const width of [390, 1440]) {
  test(`fits a screen of ${width} px, and asks nobody else`, async ({ page, world }) => {
    await page.setViewportSize({ width, height: 900 });
    const { trouble, elsewhere } = await open(page, world);
    await page.getByText('Media of a stream by its key').click();
    await expect(page.getByRole('button', { name: 'Try it out' })).toBeVisible();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    expect({ trouble, elsewhere }).toEqual({ trouble: [], elsewhere: [] });
  });
}

test('tries what reads and what writes with the demo’s key', async ({ page, world }) => {
  const { trouble } = await open(page, world);
  await page.getByRole('button', { name: 'Authorize' }).first().click();
  const form = page.locator('.auth-container', { hasText: 'publicToken' });
  await form.getByRole('textbox').pressSequentially(world.service.config.key);
  await form.getByRole('button', { name: 'Apply credentials' }).click();
  await page.getByRole('button', { name: 'Close' }).first().click();

  const read = await beginToTry(page, 'Media of a stream by its key');
  await fill(read, 'tag_key', 'tl-ripple-mug');
  await fill(read, 'count', '1');
  await expect(await execute(read)).toContainText('page_key=');

  const written = await beginToTry(page, 'Track many events');
  await expect(await execute(written)).toContainText('"accepted": [');
  expect(trouble).toEqual([]);
});

async function beginToTry(page: Page, summary: string): Promise<Locator> {
  const operation = page.locator('.opblock', { hasText: summary });
  await operation.getByText(summary).click();
  await operation.getByRole('button', { name: 'Try it out' }).click();
  return operation;
}

/** By keys: in Firefox the form does not hear of what Playwright fills in at once. */
async function fill(operation: Locator, parameter: string, value: string): Promise<void> {
  const field = operation.getByRole('row', { name: new RegExp(`^${parameter}`) }).getByRole('textbox');
  await field.pressSequentially(value);
}

async function execute(operation: Locator): Promise<Locator> {
  await operation.getByRole('button', { name: 'Execute' }).click();
  const answer = operation.locator('.live-responses-table');
  await expect(answer.locator('.response-col_status', { hasText: '200' })).toBeVisible();
  return answer;
}
