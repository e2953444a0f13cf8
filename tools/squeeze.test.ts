import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { squeeze, withoutHooks } from './squeeze.ts';

test('styles lose comments and whitespace, and keep what separates', () => {
  const styles = `css\`
  /* why */
  :host([hidden]),
  a > b {
    top: calc(50% - 1rem);
    inset: 0 auto;
  }
  @media (width >= 52rem) {
    .next:dir(ltr)::before {
      rotate: 45deg;
    }
  }
\``;
  expect(squeeze(styles)).toBe(
    'css`:host([hidden]),a>b{top:calc(50% - 1rem);inset:0 auto}@media (width>= 52rem){.next:dir(ltr)::before{rotate:45deg}}`',
  );
});

test('markup keeps a break where it had one, so that words and attributes stay apart', () => {
  expect(squeeze('html`<p\n      class="a"\n    >\n      Two words\n    </p>`')).toBe(
    'html`<p\nclass="a"\n>\nTwo words\n</p>`',
  );
});

test('Lit loses its hooks for polyfills and its list of versions, and nothing else', async () => {
  for (const file of [
    'lit-html/lit-html.js',
    'lit-element/lit-element.js',
    '@lit/reactive-element/reactive-element.js',
  ]) {
    const code = await readFile(new URL(`../node_modules/${file}`, import.meta.url), 'utf8');
    const left = withoutHooks(code);
    expect(code).toMatch(/PolyfillSupport/);
    expect(left).not.toMatch(/PolyfillSupport|HydrateSupport|Versions/);
    expect(code.length - left.length).toBeLessThan(300);
  }
});

test('Lit loses what it says to developers, whatever it puts into it, and still throws', async () => {
  for (const file of ['lit-html/lit-html.js', '@lit/reactive-element/css-tag.js']) {
    const code = await readFile(new URL(`../node_modules/${file}`, import.meta.url), 'utf8');
    const left = withoutHooks(code);
    expect(code).toMatch(/Error\("/);
    expect(left).not.toMatch(/Error\("/);
    expect(left.match(/throw Error\(\)/g)?.length).toBe(code.match(/throw Error\(/g)?.length);
  }
});
