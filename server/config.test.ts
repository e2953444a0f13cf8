import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ConfigError, ROOT, readConfig } from './config.ts';
import { EVENTS_PER_DAY, RATES } from './config-values.ts';

test('without settings, the defaults; the data folder stands in the project', () => {
  expect(readConfig({})).toEqual({
    port: 4180,
    host: '127.0.0.1',
    publicUrl: undefined,
    dataDir: join(ROOT, 'data'),
    logLevel: 'info',
    relay: { allowPrivate: false },
    trustProxy: false,
    rates: RATES,
    eventsPerDay: EVENTS_PER_DAY,
    redact: [],
    eventsKeepDays: undefined,
    operatorToken: undefined,
    matomoScript: undefined,
  });
  expect(readConfig({ PORT: '', HOST: ' ', VITRINE_DATA: '' }).port).toBe(4180);
});

test('a script is a file', () => {
  const VITRINE_MATOMO_JS = 'server/config.ts';
  expect(readConfig({ VITRINE_MATOMO_JS }).matomoScript).toBe(join(ROOT, VITRINE_MATOMO_JS));
  for (const wrong of ['server', 'server/nothing.js', 'a\0b'])
    expect(() => readConfig({ VITRINE_MATOMO_JS: wrong })).toThrow('VITRINE_MATOMO_JS is');
});

test('settings are read', () => {
  expect(
    readConfig({
      PORT: '0',
      HOST: '::1',
      VITRINE_PUBLIC_URL: 'https://UGC.example.com:443/',
      VITRINE_DATA: '/srv/vitrine',
      LOG_LEVEL: 'warn',
      VITRINE_RELAY_PRIVATE: 'allow',
      VITRINE_TRUST_PROXY: 'loopback, 10.0.0.5,2001:db8::/32',
      VITRINE_RATE_LIMITS: 'track=1000 upload=2',
      VITRINE_EVENTS_PER_DAY: '1000',
      VITRINE_REDACT: ' voucher  user[name]',
      VITRINE_EVENTS_KEEP: '400d',
      VITRINE_OPERATOR_TOKEN: 'o'.repeat(32),
    }),
  ).toEqual({
    port: 0,
    host: '::1',
    publicUrl: 'https://ugc.example.com',
    dataDir: '/srv/vitrine',
    logLevel: 'warn',
    relay: { allowPrivate: true },
    trustProxy: ['loopback', '10.0.0.5', '2001:db8::/32'],
    rates: { ...RATES, track: 1000, upload: 2 },
    eventsPerDay: 1000,
    redact: ['voucher', 'user[name]'],
    eventsKeepDays: 400,
    operatorToken: 'o'.repeat(32),
  });
  expect(readConfig({ VITRINE_RATE_LIMITS: 'off' }).rates).toBeUndefined();
});

test.each([
  [{ PORT: '80a' }, 'PORT is "80a": set it to a port number'],
  [{ PORT: '65536' }, 'PORT is "65536": set it to a port number'],
  [{ PORT: '-1' }, 'PORT is "-1": set it to a port number'],
  [{ HOST: 'http://localhost' }, 'HOST is "http://localhost": set it to a host name'],
  [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL is "loud": set it to one of fatal, error'],
  [{ VITRINE_EVENTS_KEEP: '30d' }, 'VITRINE_EVENTS_KEEP is "30d": set it to all, or a number of days of at least 31'],
  [{ VITRINE_EVENTS_KEEP: '400' }, 'VITRINE_EVENTS_KEEP is "400": set it to all'],
  [{ VITRINE_RELAY_PRIVATE: 'yes' }, 'VITRINE_RELAY_PRIVATE is "yes": set it to allow or refuse'],
  [{ VITRINE_OPERATOR_TOKEN: 'too secret' }, 'VITRINE_OPERATOR_TOKEN is not usable: set it to 32 to 256 random'],
  [{ VITRINE_DATA: 'a\0b' }, 'VITRINE_DATA is "a\\u0000b": set it to the path of a folder'],
])('%j is one line that says what to set', (env, line) => {
  expect(() => readConfig(env)).toThrow(ConfigError);
  expect(() => readConfig(env)).toThrow(line);
  expect(() => readConfig(env)).not.toThrow('secret');
});

test.each(['1', 'true', '10.0.0.0/33', '0.0.0.0/0', '::/0', 'proxy.example', '10.0.0.5,'])(
  'the proxy %s is none to trust',
  (proxy) => {
    expect(() => readConfig({ VITRINE_TRUST_PROXY: proxy })).toThrow(
      `VITRINE_TRUST_PROXY is "${proxy}": set it to none, or addresses`,
    );
  },
);

test.each([
  ...[
    'ugc.example.com',
    '//ugc.example.com',
    'ftp://ugc.example.com',
    'javascript:alert(1)',
    'https://',
    'https://a b',
  ],
  ...[
    'https://ugc.example.com/path',
    'https://ugc.example.com/?',
    'https://ugc.example.com/#',
    'https://me@ugc.example',
  ],
  ...['https://ugc.example.com"', `https://${'a.'.repeat(200)}example`],
])('the public URL %s is none', (url) => {
  expect(() => readConfig({ VITRINE_PUBLIC_URL: url })).toThrow(
    `VITRINE_PUBLIC_URL is ${JSON.stringify(url)}: set it to the address at which browsers reach the service, without a path`,
  );
});

test('a public URL may have a port, and an address for a name', () => {
  for (const url of ['http://192.0.2.7:8080', 'https://[2001:db8::1]', 'http://localhost:4180'])
    expect(readConfig({ VITRINE_PUBLIC_URL: url }).publicUrl).toBe(url);
});

test.each(['read=0', 'read', 'write=5', 'read=1e3', 'read=10000000', 'constructor=5', 'read=5 off'])(
  'the rates %s are none',
  (rates) => {
    expect(() => readConfig({ VITRINE_RATE_LIMITS: rates })).toThrow(
      `VITRINE_RATE_LIMITS is "${rates}": set it to off, or what shall differ from "read=100 track=500`,
    );
  },
);

test('all mistakes are told at once', () => {
  expect(() => readConfig({ PORT: 'x', HOST: '?' })).toThrow(/^PORT .*\.\nHOST .*\.$/);
});

test('a quota of events is a number that a batch fits into, or off', () => {
  const read = (text: string) => readConfig({ VITRINE_EVENTS_PER_DAY: text }).eventsPerDay;
  expect(read('off')).toBeUndefined();
  for (const text of ['999', '1e6', '-1', '0', 'none'])
    expect(() => read(text)).toThrow(
      `VITRINE_EVENTS_PER_DAY is "${text}": set it to off, or a number of at least 1000.`,
    );
  expect(() => readConfig({ VITRINE_REDACT: 'a,b' })).toThrow(
    /^VITRINE_REDACT is "a,b": set it to names of parameters/,
  );
});
