import { afterEach, expect, test } from 'vitest';
import { writeCookie } from '../events/unclobbered.ts';
import { encodeEvent } from './matomo.ts';

test('what a browser knows of itself is said', () => {
  const at = Date.now();
  const event = { kind: 'page', title: '', segments: [], id: '0192f3a4-0000-7000-8000-000000000001', at } as const;
  const query = new URLSearchParams(encodeEvent({ ...event, segments: [], analyticsId: 'a' }, { idsite: '7' }, at));
  const time = new Date(at);
  expect(Object.fromEntries(query)).toMatchObject({
    res: `${screen.width}x${screen.height}`,
    lang: navigator.language,
    ...(navigator.pdfViewerEnabled && { pdf: '1' }),
    ...{ h: `${time.getHours()}`, m: `${time.getMinutes()}`, s: `${time.getSeconds()}` },
  });
});

const forget = (name: string) => writeCookie(`${name}=; Max-Age=0`);
afterEach(() => ['_pk_id.7.1fff', '_pk_id.8.1fff'].forEach(forget));

test('beside the protocol’s own script the visitor is the one that it has in its cookie', () => {
  const at = Date.now();
  const event = { kind: 'page', title: '', segments: [], id: '0192f3a4-0000-7000-8000-000000000001', at } as const;
  const visitor = () =>
    new URLSearchParams(encodeEvent({ ...event, segments: [], analyticsId: 'a' }, { idsite: '7' }, at)).get('_id');
  const ours = visitor();
  writeCookie('_pk_id.8.1fff=aaaaaaaaaaaaaaaa.1700000000.');
  expect(visitor()).toBe(ours);
  writeCookie('_pk_id.7.1fff=0123456789abcdef.1700000000.');
  expect(visitor()).toBe('0123456789abcdef');
  writeCookie('_pk_id.7.1fff=no visitor');
  expect(visitor()).toBe(ours);
});
