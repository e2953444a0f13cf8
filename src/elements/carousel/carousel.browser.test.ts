import { afterEach, describe, expect, inject, test } from 'vitest';
import { page } from 'vitest/browser';
import './define.ts';

afterEach(() => document.body.replaceChildren());

test('renders', async () => {
  document.body.innerHTML = `<vitrine-carousel stream="42" data-key="a" data-api="${inject('contentApi')}/shop"></vitrine-carousel>`;
  await expect
    .poll(() => document.querySelector('vitrine-carousel')?.shadowRoot?.querySelectorAll('.loaded .slide').length)
    .toBe(12);
  await page.screenshot({ path: '/tmp/el/first.png' });
});
