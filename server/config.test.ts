import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BadConfig, ROOT, readConfig } from './config.ts';

test('without settings, the defaults; the data folder stands in the project', () => {
  expect(readConfig({})).toEqual({
    port: 4180,
    host: '127.0.0.1',
    data: join(ROOT, 'data'),
    logLevel: 'info',
    relay: { allowPrivate: false },
  });
  expect(readConfig({ PORT: '', HOST: ' ', VITRINE_DATA: '' }).port).toBe(4180);
});

test('settings are read', () => {
  expect(
    readConfig({
      PORT: '0',
      HOST: '::1',
      VITRINE_DATA: '/srv/vitrine',
      LOG_LEVEL: 'warn',
      VITRINE_RELAY_PRIVATE: 'allow',
    }),
  ).toEqual({
    port: 0,
    host: '::1',
    data: '/srv/vitrine',
    logLevel: 'warn',
    relay: { allowPrivate: true },
  });
});

test.each([
  [{ PORT: '80a' }, 'PORT is "80a": set it to a port number'],
  [{ PORT: '65536' }, 'PORT is "65536": set it to a port number'],
  [{ PORT: '-1' }, 'PORT is "-1": set it to a port number'],
  [{ HOST: 'http://localhost' }, 'HOST is "http://localhost": set it to a host name'],
  [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL is "loud": set it to one of fatal, error'],
  [{ VITRINE_RELAY_PRIVATE: 'yes' }, 'VITRINE_RELAY_PRIVATE is "yes": set it to allow or refuse'],
  [{ VITRINE_DATA: 'a\0b' }, 'VITRINE_DATA is "a\\u0000b": set it to the path of a folder'],
])('%j is one line that says what to set', (env, line) => {
  expect(() => readConfig(env)).toThrow(BadConfig);
  expect(() => readConfig(env)).toThrow(line);
});

test('all mistakes are told at once', () => {
  expect(() => readConfig({ PORT: 'x', HOST: '?' })).toThrow(/^PORT .*\.\nHOST .*\.$/);
});
