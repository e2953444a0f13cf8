import { afterEach, expect, test } from 'vitest';
import { localeOf, stringsFor } from './locale.ts';

const page = document.documentElement;
afterEach(() => {
  page.lang = '';
});

test('the language of the text around an element, as Intl takes it', () => {
  const asked = ['de-AT', 'en_US', 'pt_BR', 'DE', '', 'English (United States)'];
  const element = document.createElement('div');
  document.body.append(element);
  expect(
    asked.map((lang) => {
      page.lang = lang;
      return localeOf(element);
    }),
  ).toEqual(['de-AT', 'en-US', 'pt-BR', 'de', 'en', 'en']);
  element.remove();
});

test('strings that do not come leave the English ones, and no unhandled rejection', async () => {
  const element = Object.assign(document.createElement('div'), { locale: 'de' });
  const files = { de: () => Promise.reject(new TypeError('offline')) };
  await expect(stringsFor(element, 'Close', files)).resolves.toBe('Close');
  await expect(stringsFor(element, 'Close', { de: async () => ({ default: 'Schließen' }) })).resolves.toBe('Schließen');
});
