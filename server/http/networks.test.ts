import { expect, test } from 'vitest';
import { isPublic, lookupPublic } from './networks.ts';

test.each(['8.8.8.8', '172.15.0.1', '172.32.0.1', '192.167.1.1', '2606:4700::1111'])('%s is public', (address) => {
  expect(isPublic(address)).toBe(true);
});

test.each([
  ...['0.0.0.0', '10.1.2.3', '100.64.0.1', '127.0.0.1', '127.9.9.9', '169.254.169.254', '172.16.0.1', '172.31.255.255'],
  ...['192.168.0.1', '198.18.0.1', '224.0.0.1', '255.255.255.255'],
  ...[
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '64:ff9b::7f00:1',
    'fc00::1',
    'fd12::1',
    'fe80::1',
    'fe80::1%lo',
  ],
  ...['2001:db8::1', '2002:7f00:1::', '2001::1', 'ff02::1', 'localhost', ''],
])('%s is not', (address) => {
  expect(isPublic(address)).toBe(false);
});

test('a name of this machine has no public address', async () => {
  for (const all of [true, false]) {
    const error = await new Promise((resolve) => lookupPublic('localhost', { all }, (error) => resolve(error)));
    expect(String(error)).toContain('localhost has no public address');
  }
  // What the operating system takes for an address in another spelling is found out when it is looked up.
  const error = await new Promise((resolve) => lookupPublic('127.1', {}, (error) => resolve(error)));
  expect(error).toBeInstanceOf(Error);
});
