import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clientAddress, clientNetwork, networkOf, parseAddress } from './client-address.ts';

test.each([
  ['203.0.113.8', '203.0.113.8'],
  ['203.0.113.8:40029', '203.0.113.8'],
  ['[2001:db8::1]:443', '2001:db8::1'],
  ['[2001:db8::1]', '2001:db8::1'],
  ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
  ['fe80::1%eth0', 'fe80::1'],
  ['[fe80::1%25en0]:8080', 'fe80::1'],
  ['fe80::1%', 'fe80::1'],
  ['::ffff:203.0.113.8', '203.0.113.8'],
  ['::ffff:cb00:7108', '203.0.113.8'],
  ['[::ffff:203.0.113.8]:443', '203.0.113.8'],
  ['::', '::'],
])('%s is the address %s', (written, address) => {
  expect(parseAddress(written)).toBe(address);
});

test.each([
  '',
  ' ',
  ',',
  'unknown',
  '_hidden',
  'localhost',
  '1.2.3.4.5',
  '1.2.3',
  '256.1.1.1',
  '1.2.3.4:',
  '1.2.3.4:port',
  '1.2.3.4:123456',
  '2001:db8::1/64',
  '[2001:db8::1',
  '[2001:db8::1]:',
  '[1.2.3.4]:80',
  '%',
  'x'.repeat(4000),
  `${':'.repeat(4000)}1`,
  '{print(9347655345-4954366)}',
])('%j is no address', (written) => {
  expect(parseAddress(written)).toBeUndefined();
});

test('no text makes parseAddress throw, and it returns its own result unchanged', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.ipV4(), fc.ipV6()), fc.nat(99_999), (text, port) => {
      for (const written of [text, `${text}:${port}`, `[${text}]:${port}`]) {
        const address = parseAddress(written);
        if (address === undefined) continue;
        expect(parseAddress(address)).toBe(address);
        expect(networkOf(networkOf(address))).toBe(networkOf(address));
      }
    }),
  );
});

test('every port of an address, and every address of an IPv6 network, is one sender', () => {
  const of = (...ips: string[]) => clientNetwork({ ip: ips.at(-1) ?? '', ips });
  expect(of('127.0.0.1', '203.0.113.8:1')).toBe(of('127.0.0.1', '203.0.113.8:2'));
  expect(of('127.0.0.1', '[2001:db8::1]:1')).toBe(of('127.0.0.1', '[2001:db8::ffff]:2'));
  expect(of('127.0.0.1', '2001:db8:0:1::1')).not.toBe(of('127.0.0.1', '2001:db8::1'));
});

test('a text of a proxy that is no address counts for that proxy', () => {
  expect(clientAddress({ ip: 'unknown', ips: ['127.0.0.1', '10.0.0.5:80', 'unknown'] })).toBe('10.0.0.5');
  expect(clientAddress({ ip: '_x', ips: ['127.0.0.1', '_x'] })).toBe('127.0.0.1');
  expect(clientAddress({ ip: '::ffff:127.0.0.1' })).toBe('127.0.0.1');
});
