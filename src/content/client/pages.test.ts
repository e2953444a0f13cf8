import { afterEach, describe, expect, test } from 'vitest';
import { type Answering, startAnswering } from '../../../tools/testing/answering.ts';
import { answer, failure, media, stream } from '../testing/answers.ts';
import { mediaOfStream } from './media.ts';
import { streamsOfCustomer, streamsOfMedia } from './streams.ts';
import { stylesOfCustomer } from './widgets.ts';

/** How services that are not ours go from page to page. How ours does: `server/content/client.test.ts`. */
type Page = { status?: number; body: unknown };
let service: Answering;
afterEach(() => service.close());

async function serve(pages: (parameters: URLSearchParams, host: string) => Page) {
  service = await startAnswering(({ url, headers }) => {
    const { searchParams } = new URL(url, 'http://x');
    return pages(searchParams, headers.host ?? '');
  });
  return { base: `${service.url}/`, key: 'k' };
}

/** Streams `n` to 1, the newest first, as numbers and without `next`: the text's paging by `prev_id`. */
const byPreviousId =
  (n: number, prev: (own: string, last: number) => unknown, atTheEnd?: Page) =>
  (parameters: URLSearchParams, host: string): Page => {
    const count = Number(parameters.get('count') ?? 20);
    const before = Number(parameters.get('prev_id') ?? n + 1);
    const ids = Array.from({ length: n }, (_, at) => n - at)
      .filter((id) => id < before)
      .slice(0, count);
    if (!ids.length && atTheEnd) return atTheEnd;
    const own = `//${host}/customers/5/streams?count=${count}&auth_token=k&version=v2.2`;
    const gallery = ids.map((id) => ({ ...stream(host, `${id}`), id }));
    const links = { self: { href: own }, first: { href: own }, prev: { href: prev(own, ids.at(-1) ?? 0) } };
    return { body: answer({ _links: links, _embedded: { gallery } }) };
  };

async function idsOf(pages: AsyncIterable<{ id: string }[]>): Promise<string[][]> {
  const all: string[][] = [];
  for await (const page of pages) all.push(page.map(({ id }) => id));
  return all;
}
const queries = () => service.asked.map(({ url }) => url.replace(/^\/\/?/, '/'));

test('a page has no more entries than were asked for, and none is lost', async () => {
  const api = await serve((_, host) => {
    const gallery = Array.from({ length: 5 }, (_, at) => stream(host, `${at + 1}`));
    return { body: answer({ _links: { next: { href: null } }, _embedded: { gallery } }) };
  });
  expect(await idsOf(streamsOfCustomer(api, { customer: 5, count: 2 }))).toEqual([['1', '2'], ['3', '4'], ['5']]);
  expect(await idsOf(streamsOfCustomer(api, { customer: 5 }))).toEqual([['1', '2', '3', '4', '5']]);
});

describe('a list without links to the next page', () => {
  test('is followed by the last id, and its ids are text', async () => {
    const api = await serve(byPreviousId(5, (own, last) => (last > 1 ? `${own}&prev_id=${last}` : null)));
    expect(await idsOf(streamsOfCustomer(api, { customer: 5, count: 2 }))).toEqual([['5', '4'], ['3', '2'], ['1']]);
    expect(queries()).toEqual(
      ['', '&prev_id=4', '&prev_id=2'].map((rest) => `/customers/5/streams?auth_token=k&version=v2.2&count=2${rest}`),
    );
  });

  test('is followed too where `prev` leads back', async () => {
    const api = await serve(byPreviousId(6, () => null));
    expect(await idsOf(streamsOfCustomer(api, { customer: 5, count: 2 }))).toEqual([
      ['6', '5'],
      ['4', '3'],
      ['2', '1'],
    ]);
  });

  test.each([404, 400])('ends where what comes after the last entry is refused with %i', async (status) => {
    const refusal = { status, body: failure(status, 'No pagination found.') };
    const api = await serve(byPreviousId(4, (own) => own, refusal));
    expect(await idsOf(streamsOfCustomer(api, { customer: 5, count: 2 }))).toEqual([
      ['4', '3'],
      ['2', '1'],
    ]);
  });

  test('ends where the service does not know prev_id', async () => {
    const always = byPreviousId(2, (own) => own);
    const api = await serve((_, host) => always(new URLSearchParams('count=2'), host));
    expect(await idsOf(streamsOfCustomer(api, { customer: 5, count: 2 }))).toEqual([['2', '1']]);
  });

  test('goes on after an id that is no number', async () => {
    const ids = ['a', 'b&c=1'];
    const api = await serve((parameters, host) => {
      const id = ids[ids.indexOf(parameters.get('prev_id') ?? '') + 1];
      const self = { href: `//${host}/customers/5/widgets/settings?count=1` };
      return { body: answer({ _links: { self }, _embedded: { widget: id ? [{ id }] : [] } }) };
    });
    expect(await idsOf(stylesOfCustomer(api, { customer: 5, count: 1 }))).toEqual([['a'], ['b&c=1']]);
  });

  test('of a media has one page', async () => {
    const api = await serve((_, host) => ({
      body: answer({ _links: [], _embedded: { stream: [stream(host, '42')] } }),
    }));
    expect(await streamsOfMedia(api, 101)).toMatchObject([{ id: '42', key: 'mug-42', price: '18.00' }]);
    expect(service.asked).toHaveLength(1);
  });
});

describe('a list with links to the next page', () => {
  const page = (host: string, ids: number[], next?: unknown): Page => ({
    body: answer({
      _links: {
        self: { href: `//${host}/streams/42/media/recent?page_key=p` },
        ...(next !== undefined && { next: { href: next } }),
      },
      _embedded: { media: ids.map((id) => media(host, `${id}`)) },
    }),
  });

  test('is followed as the links are; only what is missing is added', async () => {
    const api = await serve((parameters, host) =>
      parameters.get('page_number') === '3'
        ? page(host, [3], null)
        : parameters.has('page_key')
          ? page(host, [2], `//${host}/streams/42/media/recent?page_key=a%2Fb%3D&page_number=3`)
          : page(host, [1], `//${host}/streams/42/media/recent?page_key=a%2Fb%3D&auth_token=other&version=v2.0`),
    );
    const options = { count: 1, sorting: 'rated', rightsGiven: true, disableEmbeddedStreams: false } as const;
    expect(await idsOf(mediaOfStream(api, { key: 'a & b' }, options))).toEqual([['1'], ['2'], ['3']]);
    expect(queries()).toEqual([
      '/streams/media/rated?auth_token=k&version=v2.2&count=1&rights_given=1&disable_embedded_streams=0&tag_key=a+%26+b',
      '/streams/42/media/recent?page_key=a%2Fb%3D&auth_token=other&version=v2.0&count=1',
      '/streams/42/media/recent?page_key=a%2Fb%3D&page_number=3&auth_token=k&version=v2.2&count=1',
    ]);
  });

  test.each([
    ['null', null],
    ['not there', undefined],
  ])('ends where the next is %s', async (_, next) => {
    const api = await serve((_, host) => page(host, [1], next));
    expect(await idsOf(mediaOfStream(api, 42))).toEqual([['1']]);
    expect(service.asked).toHaveLength(1);
  });

  test('goes on over an empty page, and never gives one', async () => {
    const api = await serve((parameters, host) => {
      const at = Number(parameters.get('page_number') ?? 1);
      return page(host, at === 2 ? [] : [at], at < 3 ? `//${host}/x?page_key=p&page_number=${at + 1}` : null);
    });
    expect(await idsOf(mediaOfStream(api, 42))).toEqual([['1'], ['3']]);
  });

  test.each([410, 404, 400])('that expires with %i is begun again, and gives what is new meanwhile', async (status) => {
    let walk = 1;
    const api = await serve((parameters, host) => {
      const key = parameters.get('page_key');
      const next = (at: number) => `//${host}/x?page_key=${walk}&page_number=${at}`;
      if (!key) return walk === 1 ? page(host, [3], next(2)) : page(host, [4, 3], next(2));
      if (key === '1') {
        walk = 2;
        return { status, body: failure(status, 'No pagination found.') };
      }
      return page(host, [2, 1], null);
    });
    expect(await idsOf(mediaOfStream(api, 42))).toEqual([['3'], ['4'], ['2', '1']]);
  });

  test.each([401, 403, 500])('that fails with %i is not begun again', async (status) => {
    const api = await serve((parameters, host) =>
      parameters.has('page_key') ? { status, body: failure(status, 'No.') } : page(host, [1], `//${host}/x?page_key=p`),
    );
    await expect(idsOf(mediaOfStream(api, 42))).rejects.toMatchObject({ code: 'refused', status, message: 'No.' });
    expect(service.asked).toHaveLength(2);
  });

  test('gives an entry once, also where pages have it in common or twice', async () => {
    const api = await serve((parameters, host) =>
      parameters.has('page_key') ? page(host, [2, 1], null) : page(host, [3, 2, 3], `//${host}/x?page_key=p`),
    );
    expect(await idsOf(mediaOfStream(api, 42))).toEqual([['3', '2'], ['1']]);
  });

  test('keeps the key to itself where the next page is on another host', async () => {
    const api = await serve((parameters, host) => {
      const [, port] = host.split(':');
      // Another origin that leads to the same service.
      const href = parameters.has('page_key') ? null : `//localhost:${port}/x?page_key=p`;
      return page(host, [parameters.has('page_key') ? 1 : 2], href);
    });
    expect(await idsOf(mediaOfStream(api, 42, { count: 1 }))).toEqual([['2'], ['1']]);
    expect(queries().at(-1)).toBe('/x?page_key=p&version=v2.2&count=1');
  });

  test.each([
    ['the same media', [1]],
    ['nothing', []],
  ])('ends where ever new links lead to %s', async (_, ids) => {
    const api = await serve((parameters, host) => {
      const at = Number(parameters.get('page_number') ?? 1);
      return page(host, at === 1 ? [1] : ids, `//${host}/x?page_key=p&page_number=${at + 1}`);
    });
    const error = { code: 'malformed', message: 'data._links.next.href: leads nowhere' };
    const pages = mediaOfStream(api, 42);
    expect((await pages.next()).value).toMatchObject([{ id: '1' }]);
    await expect(pages.next()).rejects.toMatchObject(error);
    expect(service.asked.length).toBeLessThan(110);
  });

  test('that expires after many pages is gone through again to where it was', async () => {
    let expired = false;
    const api = await serve((parameters, host) => {
      const at = Number(parameters.get('page_number') ?? 1);
      if (at === 150 && !expired) {
        expired = true;
        return { status: 404, body: failure(404, 'No pagination found.') };
      }
      // As ours, every walk has a key of its own.
      const next = `//${host}/x?page_key=${expired}&page_number=${at + 1}`;
      return page(host, [at], at < 160 ? next : null);
    });
    const ids = (await idsOf(mediaOfStream(api, 42))).flat();
    expect(ids).toEqual(Array.from({ length: 160 }, (_, at) => `${at + 1}`));
  });

  test.each([
    ['leads in a circle', 'leads in a circle', (host: string) => `//${host}/x?page_key=p`],
    ['is a script', 'expected an http(s) URL', () => 'javascript:alert(1)'],
    ['is a number', 'expected an http(s) URL', () => 7],
  ])('is malformed where the next %s', async (_, words, next) => {
    const api = await serve((_, host) => page(host, [1], next(host)));
    const error = { code: 'malformed', message: `data._links.next.href: ${words}` };
    await expect(idsOf(mediaOfStream(api, 42))).rejects.toMatchObject(error);
  });

  test('is malformed where the next is no link, and does not end as if it were whole', async () => {
    const api = await serve((_, host) => {
      const _links = { next: `//${host}/x?page_key=p` };
      return { body: answer({ _links, _embedded: { media: [media(host, '1')] } }) };
    });
    const error = { code: 'malformed', message: 'data._links.next: expected an object' };
    await expect(idsOf(mediaOfStream(api, 42))).rejects.toMatchObject(error);
  });
});

test('an option that is null, as code without types has it, is not sent', async () => {
  const api = await serve((_, host) => ({ body: answer({ _links: [], _embedded: { media: [media(host, '1')] } }) }));
  await idsOf(mediaOfStream(api, 42, { rightsGiven: null as unknown as undefined, filterMediaWithoutProducts: true }));
  expect(queries()).toEqual(['/streams/42/media/recent?auth_token=k&version=v2.2&filter_media_without_products=1']);
});

test('what a service says is told, also where its data are the words themselves', async () => {
  const api = await serve(() => ({ status: 403, body: { metadata: { code: 403 }, data: 'Not for you.' } }));
  const error = { code: 'refused', status: 403, message: 'Not for you.' };
  await expect(idsOf(mediaOfStream(api, 42))).rejects.toMatchObject(error);
});
