import { afterEach, expect, test } from 'vitest';
import { writeCookie } from '../../events/unclobbered.ts';
import type { StampedEvent } from '../../events/vocabulary.ts';
import { matomo } from './encode.ts';
import { encodeEvent } from './encode-event.ts';

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

test('the first view of a page tells how the page was loaded, whenever it is told, and the later ones do not', () => {
  const wire = matomo({ url: '', idSite: 7 });
  const now = Date.now();
  const view = (n: number, more: object = {}): StampedEvent => ({
    ...{ kind: 'page', title: '', segments: [], analyticsId: 'a', at: now },
    ...{ id: `0192f3a4-0000-7000-8000-00000000000${n}`, ...more },
  });
  const timings = (events: StampedEvent[]) => {
    const [request] = wire.encode(events, 65_536, now);
    const queries: string[] = JSON.parse(request?.body ?? '').requests;
    return queries.map((query) =>
      Object.fromEntries([...new URLSearchParams(query)].filter(([name]) => /^(pf_|gt_)/.test(name))),
    );
  };
  const number = expect.stringMatching(/^\d+$/);
  const measured = expect.objectContaining({ pf_net: number, pf_srv: number, pf_tfr: number, pf_dm1: number });
  const earlier = view(0, { at: now - 3_600_000 });
  expect(timings([earlier, view(1), view(2, { loadingTime: 120 })])).toEqual([
    {},
    measured,
    { gt_ms: '120', pf_srv: '120' },
  ]);
  expect(timings([view(2), view(1)])).toEqual([{}, measured]);
});
