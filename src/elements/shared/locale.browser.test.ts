import { afterEach, expect, test } from 'vitest';
import german from '../locales/de.ts';
import { LOCALES } from '../locales/index.ts';
import english from '../viewer/strings.ts';
import { localeOf, lookUp, stringsFor } from './locale.ts';

const page = document.documentElement;
afterEach(() => {
  page.lang = '';
});

test('the language of the text around an element, as Intl takes it', () => {
  const asked = ['de-AT', 'en_US', 'pt_BR', 'zh_Hant_TW', 'DE', '', 'English (United States)'];
  const element = document.createElement('div');
  document.body.append(element);
  expect(
    asked.map((lang) => {
      page.lang = lang;
      return localeOf(element);
    }),
  ).toEqual(['de-AT', 'en-US', 'pt-BR', 'zh-Hant-TW', 'de', 'en', 'en']);
  element.remove();
});

test.each([
  ['pt-BR', 'pt-BR'],
  ['pt-PT', 'pt'],
  ['zh-Hant-TW', 'zh-Hant'],
  ['zh-Hans-CN', undefined],
  ['pt-BR-u-nu-latn', 'pt-BR'],
  ['de-x-pt', undefined],
  ['en', undefined],
])('of pt, pt-BR and zh-Hant, %s takes %s', (tag, expected) => {
  expect(lookUp({ pt: 'pt', 'pt-BR': 'pt-BR', 'zh-Hant': 'zh-Hant' }, tag)).toBe(expected);
});

test('each language has a file, and each file is a language', async () => {
  const files = Object.keys(import.meta.glob('../locales/*.ts')).map((path) => path.replace(/.*\/|\.ts$/g, ''));
  const languages = files.filter((name) => name !== 'index' && name !== 'translation');
  expect(languages.sort()).toEqual(Object.keys(LOCALES).sort());
  expect(languages.map((tag) => String(new Intl.Locale(tag)))).toEqual(languages);
  expect(languages).toContain('de');
});

test('strings that do not come leave the English ones, and no unhandled rejection', async () => {
  const element = Object.assign(document.createElement('div'), { locale: 'de-AT' });
  const offline = { de: () => Promise.reject(new TypeError('offline')) };
  await expect(stringsFor(element, 'viewer', english, offline)).resolves.toBe(english);
  await expect(stringsFor(element, 'viewer', english)).resolves.toBe(german.viewer);
});
