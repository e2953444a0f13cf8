import { requests } from './events.ts';

const USER_AGENT =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';

/** A GET that asks for nothing and says nothing. */
export const EMPTY_GET = Buffer.from('GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');

/** The same as a browser sends it: with the headers that each of its requests has. */
export const EMPTY_BROWSER_GET = browserGet('/', 0, false);

/**
 * `POST /track/bulk` as the kit sends it to another origin, again and again from a supply: each time with ids of the
 * present millisecond, so that they are new, and come in the order in which a database gets them from living pages.
 */
export function bulkRequests(supply: number, key: string): () => Buffer {
  const prepared = requests(supply, key).map((body) => {
    const bytes = Buffer.from(
      `POST /track/bulk?auth_token=${key} HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: https://shop.example\r\n` +
        `User-Agent: ${USER_AGENT}\r\n` +
        `Content-Type: text/plain;charset=UTF-8\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    return {
      bytes,
      ids: [...bytes.toString('latin1').matchAll(/(?<=event_id=)[0-9a-f-]{36}/g)].map(({ index }) => index),
    };
  });
  let next = 0;
  return () => {
    const { bytes, ids } = prepared[next++ % supply] as (typeof prepared)[number];
    const time = Date.now().toString(16).padStart(12, '0').replace(/^.{8}/, '$&-');
    for (const at of ids) bytes.write(time, at, 'latin1');
    return bytes;
  };
}

/**
 * `GET /track/…` as pages of the original client send it: half of them pictures, half of them asked for by a script of
 * a registered origin. They carry no ids, so that each one is another event.
 */
export function trackingGets(supply: number, key: string): () => Buffer {
  const prepared = Array.from({ length: supply }, (_, n) => {
    const scope = `/track/widget/5df38d9f3b1c4ab0a7d15df38d9f3b1c/stream/${2_000_000 + (n % 40)}`;
    const media = `${scope}/media/${4_000_000 + (n % 40) * 24 + (n % 15)}/${n % 7 ? 'render' : 'click'}`;
    const path = n % 20 ? media : `${scope}/render`;
    const picture = n % 2 === 0;
    const query = new URLSearchParams([
      ['auth_token', key],
      ['analytics_id', String(1_700_000_000_000 + n)],
      ['pics', '24'],
      ['segments[]', 'country:DE'],
      ['segments[]', 'section:product'],
    ]);
    return browserGet(`${path}${picture ? '.gif' : ''}?${query}`, n, picture);
  });
  let next = 0;
  return () => prepared[next++ % supply] as Buffer;
}

function browserGet(path: string, page: number, picture: boolean): Buffer {
  return Buffer.from(
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n` +
      `User-Agent: ${USER_AGENT}\r\nAccept: ${picture ? 'image/avif,image/webp,*/*;q=0.8' : 'application/json'}\r\n` +
      `${picture ? 'Sec-Fetch-Site: cross-site\r\n' : 'Origin: https://shop.example\r\n'}` +
      `Referer: https://shop.example/products/print-${page % 40}\r\n` +
      'Accept-Encoding: gzip, deflate, br\r\nAccept-Language: de-DE,de;q=0.9\r\n\r\n',
  );
}
