import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { VitrineError } from '../src/content/error.ts';
import { readMedia } from '../src/content/media/shown-media.ts';
import { decode } from '../src/wires/tracking/decode.ts';
import { robotOf } from './collect/ingest/robots.ts';
import { MediaRefused } from './media/errors.ts';
import { readRows } from './media/import/rows.ts';
import { betterFormats } from './media/negotiate.ts';
import { box, EBML_HEADER, ebml, ftyp, info, mvhd, type Node, track, tracks, u32 } from './media/testing/containers.ts';
import { cleanVideo } from './media/video/video.ts';
import { growthOf, MAX_GROWTH } from './testing/growth.ts';
import { openTestService, type TestService } from './testing/service.ts';

/**
 * Everything that reads what strangers send, with inputs in their worst shapes: the work grows as the input does. Each
 * input is made twice, of so many characters and of four times as many, and both are within the bounds of the service.
 */

let service: TestService;
beforeAll(async () => {
  service = await openTestService();
});
afterAll(() => service.close());

/** A shape of inputs: something that is there as often as fits into so many characters. */
const filled = (part: string) => (size: number) => part.repeat(Math.ceil(size / part.length));
/** JSON inside JSON, so many characters of it. */
const nested = (size: number) => '{"a":'.repeat(Math.ceil(size / 6)) + 1 + '}'.repeat(Math.ceil(size / 6));
const manyKeys = (size: number) =>
  `{${Array.from({ length: Math.ceil(size / 12) }, (_, i) => `"key${String(i).padStart(5, '0')}":1`)}}`;
/** Keys that are the same, or numbers, which engines keep elsewhere. */
const sameKeys = (size: number) => `{${filled('"key":1,')(size)}"key":1}`;
const numbered = (size: number) => `{${Array.from({ length: Math.ceil(size / 9) }, (_, i) => `"${i * 8191}":1`)}}`;

/** Sends a request as it stands, and waits for all of the answer. */
async function send(method: string, url: string, body = '', headers: Record<string, string> = {}): Promise<number> {
  const { hostname, port } = new URL(service.url);
  const lines = Object.entries({ host: hostname, connection: 'close', 'content-length': body.length, ...headers });
  const socket = connect({ host: hostname, port: Number(port) });
  // A sender that hangs up is not answered.
  socket.write(
    `${method} ${url} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`,
  );
  return Number((await text(socket)).slice(9, 12));
}

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const JSON_TYPE = { 'content-type': 'application/json' };
const MULTIPART = { 'content-type': 'multipart/form-data; boundary=b' };
const part = (head: string, body = '') => `--b\r\n${head}\r\n\r\n${body}\r\n`;
const FIELD = 'content-disposition: form-data; name="caption"';

type Request = [method: string, url: string, body?: string, headers?: Record<string, string>];
/** A kind of requests, and the request of so many characters. `AUTH` in a URL is the public token. */
type Shape = [name: string, size: number, request: (size: number) => Request];

/** Headers and URL together have at most 64 KiB. */
const IN_URL = 15_000;
/** As a batch of events, and as a form. */
const IN_BODY = 16_000;

const inQuery = (name: string, url: string, shapes: Record<string, (size: number) => string>): Shape[] =>
  Object.entries(shapes).map(([shape, write]) => [
    `${name}, a query of ${shape}`,
    IN_URL,
    (size) => ['GET', `${url}&${write(size)}`],
  ]);
const QUERIES = {
  'names alone': filled('a&'),
  'one parameter': filled('count=1&'),
  lists: filled('segments[]=a:b&'),
  'lists that say their place': filled('segments[0]=a:b&'),
  brackets: (size: number) => `${filled('[')(size)}]=1`,
  'equals signs': filled('='),
  'percent signs': filled('%'),
  escapes: filled('%41'),
  'escapes that are no UTF-8': filled('%ff'),
  'plus signs': filled('+'),
  ampersands: filled('&'),
  digits: (size: number) => `count=${filled('1')(size)}x`,
};
const inBody = (
  name: string,
  url: string,
  headers: Record<string, string>,
  shapes: Record<string, (size: number) => string>,
  size = IN_BODY,
): Shape[] =>
  Object.entries(shapes).map(([shape, write]) => [
    `${name}, ${shape}`,
    size,
    (size) => ['POST', url, write(size), headers],
  ]);

const UPLOAD = '/users/1/media?AUTH';
const FORMS = {
  'a URL that goes on': (size: number) => `avatar_url=http://${filled('a')(size / 2)}?${filled('&x')(size / 2)}`,
  URLs: filled('avatar_url=http://a?b&'),
  'a field again and again': filled('url=1&'),
  'fields that nobody knows': filled('a=1&'),
  'equals signs': filled('='),
  'names alone': filled('a&'),
  'percent signs': filled('%'),
  escapes: (size: number) => `email=${filled('%41')(size)}`,
  'escapes that are no UTF-8': (size: number) => `email=${filled('%ff')(size)}`,
  'fields that are no UTF-8': filled('email=%ff&'),
  'an address': (size: number) => `email=${filled('a@')(size)}`,
  paths: (size: number) => `url=${filled('/')(size)}&stream_uri=//${filled('a/')(size)}`,
};
const PARTS = {
  text: (size: number) => `${part(FIELD, filled('a')(size))}--b--`,
  'half a boundary': (size: number) => `${part(FIELD, filled('\r\n--')(size))}--b--`,
  'what comes before the first part': (size: number) => `${filled('\r\n-')(size)}\r\n${part(FIELD)}--b--`,
  'what comes after the last': (size: number) => `${part(FIELD)}--b--${filled('\r\n--b')(size)}`,
  parts: (size: number) => `${filled(part(FIELD))(size)}--b--`,
  'parts without a name': (size: number) => `${filled(part('a: b'))(size)}--b--`,
  headers: (size: number) => `${part(`${filled('a: b\r\n')(size)}${FIELD}`)}--b--`,
  'a header on many lines': (size: number) => `${part(`a: b\r\n${filled(' c\r\n')(size)}${FIELD}`)}--b--`,
  'the name of a file': (size: number) =>
    `${part(`content-disposition: form-data; name="file"; filename="${filled('\\"')(size / 4)}"`)}--b--`,
  'parameters of a header': (size: number) =>
    `${part(`content-disposition: form-data${filled('; a="b"')(size / 4)}`)}--b--`,
};
const OF_JSON = {
  'nested objects': nested,
  'many keys': manyKeys,
  'one key': sameKeys,
  'keys that are numbers': numbered,
};
const bulk = (request: string) => JSON.stringify({ requests: [request] });
const EVENT = '/track/vital/CLS?value=1&analytics_id=a';
const BULKS = {
  ...OF_JSON,
  requests: (size: number) => `{"requests":[${filled(`"${EVENT}",`)(size)}1]}`,
  'names alone': (size: number) => bulk(`${EVENT}&${filled('a&')(size)}`),
  segments: (size: number) =>
    bulk(`/track/widget/a/best/click?analytics_id=a&pics=1&${filled('segments[]=a:b&')(size)}`),
  products: (size: number) => bulk(`/track/transaction/a/checkout?analytics_id=a&${filled('products[]=a:1&')(size)}`),
  slashes: (size: number) => bulk(`/track/${filled('/')(size)}`),
};
const MATOMO = 'idsite=1&rec=1';
const MATOMO_FORMS = {
  'names alone': filled('a&'),
  'escapes that are no UTF-8': (size: number) => `cs=windows-1252&a=${filled('%ff')(size)}`,
  'names that are no UTF-8': (size: number) => `cs=windows-1252&${filled('%ff&')(size)}`,
  charsets: filled('&cs=a'),
  variables: (size: number) => `${MATOMO}&cvar=${manyKeys(size)}&_cvar=${nested(size)}`,
  items: (size: number) => `${MATOMO}&idgoal=0&ec_id=a&ec_items=[${filled('["a","b",["c"],1,1],')(size)}1]`,
  quantities: (size: number) => `${MATOMO}&idgoal=0&ec_id=a&ec_items=[${filled('["a","","",1,1000],')(size)}1]`,
  digits: (size: number) => `${MATOMO}&revenue=${filled('1')(size)}x&cdt=${filled('1')(size)}`,
  'what is ours': (size: number) => `${MATOMO}&vitrine=${manyKeys(size)}`,
};
const MATOMO_BULKS = {
  ...OF_JSON,
  objects: (size: number) => `{"requests":[${filled('{"idsite":1,"a":[1]},')(size)}1]}`,
  'query strings': (size: number) => `{"requests":[${filled('"?a=1",')(size)}1]}`,
  'one long query string': (size: number) => `{"requests":["?${filled('a&')(size)}"]}`,
  'objects of many keys': (size: number) => `{"requests":[${manyKeys(size)},${nested(size)}]}`,
};
const PRODUCT = (metadata: string) => `{"eventType":"scene interaction","sessionId":"a","eventMetadata":${metadata}}`;
const PRODUCTS = Object.fromEntries(
  Object.entries(OF_JSON).flatMap(([name, write]) => [
    [`metadata of ${name}`, (size: number) => PRODUCT(write(size))],
    [`metadata that is the text of ${name}`, (size: number) => PRODUCT(JSON.stringify(write(size)))],
  ]),
);
const AGENT = '"$user_identifiers":[{"$type":"USER_AGENT","$user_agent_id":"a"}]';
const ACTIVITIES = {
  ...Object.fromEntries(
    Object.entries(OF_JSON).map(([name, write]) => [
      `properties of ${name}`,
      (size: number) => `{${AGENT},"$events":[{"$event_name":"a","$properties":${write(size)}}]}`,
    ]),
  ),
  events: (size: number) => `{${AGENT},"$events":[${filled('{"$event_name":"a"},')(size)}1]}`,
  items: (size: number) =>
    `{${AGENT},"$events":[{"$event_name":"$basket_view","$properties":{"$items":[${filled('{"$id":"a","$qty":1},')(size)}1]}}]}`,
  identifiers: (size: number) =>
    `{"$user_identifiers":[${filled('{"$type":"USER_AGENT","$user_agent_id":"a"},')(size)}1]}`,
};
const inHeader = (name: string, header: string, url: string, write: (size: number) => string): Shape => [
  `${header}, ${name}`,
  IN_URL,
  (size) => ['GET', url, '', { [header]: write(size) }],
];
const OBJECTS = {
  'one name': (size: number) => `{${filled('"email":"a",')(size)}"a":1}`,
  brackets: (size: number) => `{"a":${filled('[')(size)}`,
  'white space': (size: number) => `${filled(' ')(size)}{`,
  escapes: (size: number) => `{"email":"${filled('\\u0061')(size)}"}`,
};
const IMAGE = `/media-files/${'a'.repeat(64)}/normal.jpg`;

const SHAPES: Shape[] = [
  ...inBody('a form', '/users?AUTH', FORM, FORMS),
  ...inBody('a form with files', UPLOAD, FORM, FORMS),
  ...inBody('parts', UPLOAD, MULTIPART, PARTS, 250_000),
  ...inBody('a JSON object', '/users?AUTH', { 'content-type': 'text/plain' }, OBJECTS),
  ...inBody('a report', '/media/1/report?AUTH', FORM, { reasons: filled('reason=a&') }),
  ...inQuery('tracking', `${EVENT}&AUTH`, QUERIES),
  ...inBody('a batch', '/track/bulk?AUTH', JSON_TYPE, BULKS),
  ...inQuery('tracking by query string', `/matomo.php?${MATOMO}`, QUERIES),
  ...inBody('tracking by form', '/matomo.php', FORM, MATOMO_FORMS, 250_000),
  ...inBody('bulk tracking', '/matomo.php', JSON_TYPE, MATOMO_BULKS, 250_000),
  ...inBody('an act on a product', '/api/analytics/events?bearer_token=KEY', JSON_TYPE, PRODUCTS),
  ...inQuery('events of products', '/api/analytics/events?bearer_token=KEY', QUERIES),
  ...inBody('an activity', '/v1/datamarts/1/user_activities?AUTH', JSON_TYPE, ACTIVITIES, 250_000),
  ...inQuery('content', '/customers/1/media/recent?AUTH', {
    ...QUERIES,
    'a key of a page': (size) => `page_key=${filled('a.')(size)}`,
    'the name of a function': (size) => `callback=${filled('a.')(size)}`,
  }),
  ['a path of slashes', IN_URL, (size) => ['GET', `/${filled('/')(size)}?AUTH`]],
  ['a path of words', IN_URL, (size) => ['GET', `/streams${filled('/media')(size)}?AUTH`]],
  ['a path of escapes', IN_URL, (size) => ['GET', `/streams/${filled('%2F')(size)}?AUTH`]],
  ['a path of files', IN_URL, (size) => ['GET', `/media-files/${filled('a/')(size)}`]],
  [
    'a user point',
    IN_URL,
    (size) => ['GET', `/v1/datamarts/1/user_points/${filled(',compartment_id=a')(size)}/user_choices?AUTH`],
  ],
  inHeader('formats', 'accept', IMAGE, filled('image/avif;q=0,')),
  inHeader('parameters', 'accept', IMAGE, (size) => `image/avif${filled(';q=0.0')(size)}x`),
  inHeader('encodings', 'accept-encoding', '/customers/1?AUTH', filled('br;q=0,')),
  inHeader('spaces', 'accept-encoding', '/customers/1?AUTH', (size) => `br;${filled(' ')(size)}x`),
  inHeader('tags', 'if-none-match', '/customers/1?AUTH', filled('W/"a",')),
  inHeader('ranges', 'range', '/vitrine.js', (size) => `bytes=${filled('0-1,')(size)}0-1`),
  inHeader('addresses', 'x-forwarded-for', '/customers/1?AUTH', filled('1.1.1.1,')),
  inHeader('commas', 'x-forwarded-for', '/customers/1?AUTH', filled(',')),
  inHeader('spaces', 'authorization', '/admin/v1/tokens', (size) => `Bearer${filled(' ')(size)}a b`),
  inHeader('robots', 'user-agent', `/matomo.php?${MATOMO}`, filled('cubot ')),
  inHeader('pages', 'referer', `/matomo.php?${MATOMO}`, (size) => `http://${filled('a/?#')(size)}`),
  inHeader('pairs', 'cookie', '/customers/1?AUTH', filled('a=b; ')),
  [
    'parameters of a type',
    IN_URL,
    (size) => ['POST', '/track/bulk?AUTH', '{}', { 'content-type': `application/json${filled('; a="b"')(size)}` }],
  ],
  [
    'a style',
    250_000,
    (size) => ['POST', '/admin/v1/styles?SECRET', `{"name":"a","type":"a","settings":${nested(size)}}`, JSON_TYPE],
  ],
];

describe('the work that a request makes grows as the request does', () => {
  test.each(SHAPES)('%s', { timeout: 60_000 }, async (_, size, request) => {
    const whole = (size: number): Request => {
      const [method, url, ...more] = request(size);
      const tokens = {
        AUTH: `auth_token=${service.key}`,
        SECRET: `auth_token=${service.privateKey}`,
        KEY: service.key,
      };
      return [method, url.replace(/\b(?:AUTH|SECRET|KEY)\b/, (name) => tokens[name as keyof typeof tokens]), ...more];
    };
    const [small, large] = [whole(size), whole(4 * size)];
    expect(await send(...large)).toSatisfy((status: number) => status >= 200 && status < 500);
    expect(await growthOf((request) => send(...request), small, large)).toBeLessThan(MAX_GROWTH);
  });
});

describe('a tracking request, longer than any that arrives', () => {
  const shapes: Record<string, (size: number) => string> = {
    'names alone': filled('a&'),
    values: filled('a=1&'),
    lists: filled('segments[0]=a:b&'),
    brackets: filled('[1'),
    'equals signs': filled('='),
    slashes: (size) => `&page_url=${filled('/')(size)}`,
  };
  test.each(Object.entries(shapes))('of many %s', async (_, write) => {
    const url = (size: number) => `${EVENT}&${write(size)}`;
    expect(await growthOf(decode, url(100_000), url(400_000))).toBeLessThan(MAX_GROWTH);
  });
});

describe('what an import reads', () => {
  const shapes: Record<string, (size: number) => string> = {
    rows: filled('1,a\n'),
    'rows with too few fields': filled('1\n'),
    quotes: filled('"'),
    'a quote within a field': filled('1,a"b\n'),
    'a field that is not quoted to its end': (size) => `1,"${filled('a\n')(size)}`,
    'fields that are no CSV': filled('1,"a"b\n'),
    'a field of dots that is no CSV': (size) => `1,${filled('.')(size)}"x\n`,
    'quotes within one field': (size) => `1,${filled('a"')(size)}\n`,
    'line ends': filled('\r\n'),
    commas: filled(','),
    spaces: filled(' '),
  };
  test.each(Object.entries(shapes))('%s', { timeout: 60_000 }, async (_, write) => {
    const csv = (size: number) => Buffer.from(`id,name\n${write(size)}`);
    const read = (bytes: Buffer) => readRows(bytes, { id: { required: true }, name: { required: true } }, () => {});
    expect(await growthOf(read, csv(5_000), csv(20_000))).toBeLessThan(MAX_GROWTH);
  });
});

describe('a video', () => {
  const movie = (...more: Buffer[]) =>
    Buffer.concat([ftyp(), box('moov', mvhd(), track({ id: 1, handler: 'vide', width: 64, height: 64 }), ...more)]);
  const times = (count: number, part: Buffer) => Buffer.alloc(count * part.length, part);
  const fragment = (...runs: Buffer[]) => box('moof', box('traf', box('tfhd', u32(0, 1)), ...runs));
  const webm = (...elements: Node[]) =>
    Buffer.concat([ebml(EBML_HEADER), ebml([0x18538067, [info(), tracks(64, 64), ...elements], true])]);
  const parts = (count: number, part: Node): Node[] => Array.from({ length: count }, () => part);
  const shapes: Record<string, (count: number) => Buffer> = {
    boxes: (count) => Buffer.concat([movie(), times(count, box('free'))]),
    'boxes without a length': (count) => Buffer.concat([movie(), times(count, u32(0, 0))]),
    'boxes in boxes': (count) => {
      const deep = Buffer.alloc(8 * count, 'moof', 'latin1');
      for (let at = 0; at < deep.length; at += 8) deep.writeUInt32BE(deep.length - at, at);
      return Buffer.concat([movie(), deep]);
    },
    tracks: (count) => movie(times(count / 16, track({ id: 2, handler: 'soun' }))),
    'tracks of text in the same bytes': (count) =>
      movie(times(count / 16, track({ id: 2, handler: 'text', samples: [1], offset: 40 }))),
    samples: (count) => movie(track({ id: 2, handler: 'text', samples: Array<number>(count).fill(0) })),
    fragments: (count) => Buffer.concat([movie(), times(count / 4, fragment(box('trun', u32(0x100, 1, 1))))]),
    runs: (count) => Buffer.concat([movie(), fragment(times(count, box('trun', u32(0, 1))))]),
    'samples of a run': (count) =>
      Buffer.concat([movie(), fragment(box('trun', u32(0x100, count), Buffer.alloc(4 * count)))]),
    elements: (count) => webm(...parts(count, [0xec, ''])),
    clusters: (count) => webm(...parts(count / 4, [0x1f43b675, [[0xe7, 1]]])),
    'clusters without a length': (count) => webm(...parts(count / 4, [0x1f43b675, [[0xe7, 1]], true])),
    blocks: (count) => webm([0x1f43b675, parts(count, [0xa3, Buffer.from([0x81, 0, 0, 0])])]),
    'blocks of a cluster without a length': (count) =>
      webm([0x1f43b675, parts(count, [0xa3, Buffer.from([0x81, 0, 0, 0])]), true]),
    'tracks of a WebM': (count) => webm([0x1654ae6b, parts(count / 4, [0xae, [[0x83, 2]]])]),
  };
  test.each(Object.entries(shapes))('of many %s', { timeout: 60_000 }, async (_, write) => {
    const clean = (bytes: Buffer) => {
      try {
        cleanVideo(Buffer.from(bytes));
      } catch (error) {
        expect(error).toBeInstanceOf(MediaRefused);
      }
    };
    expect(await growthOf(clean, write(30_000), write(120_000))).toBeLessThan(MAX_GROWTH);
  });
});

describe('the name of a browser', () => {
  test.each(['bot', 'cubot ', 'cu', 'facebookexternal', ' '])('of many %j', async (part) => {
    expect(await growthOf(robotOf, filled(part)(250_000), filled(part)(1_000_000))).toBeLessThan(MAX_GROWTH);
  });
});

describe('formats that a browser takes', () => {
  test.each(['image/avif,', ';q=0', ', ', ' '])('of many %j', async (part) => {
    expect(await growthOf(betterFormats, filled(part)(250_000), filled(part)(1_000_000))).toBeLessThan(MAX_GROWTH);
  });
});

describe('an answer of the content API', () => {
  const entry = { id: 'x', images: { normal: 'https://a.example/a.jpg' }, caption: ' a ', _links: {} };
  const shapes: Record<string, (size: number) => object[]> = {
    links: (size) => [{ ...entry, _links: { self: { href: filled('streams/')(size) } } }],
    digits: (size) => [{ ...entry, _links: { self: { href: `${filled('/streams/1')(size)}` } } }],
    spaces: (size) => [{ ...entry, id: 1, caption: `a${filled(' ')(size)}a` }],
    media: (size) => Array.from({ length: size / 100 }, () => ({ ...entry, id: 1 })),
  };
  test.each(Object.entries(shapes))('of many %s', async (_, write) => {
    const read = (media: object[]) => {
      for (const one of media) {
        try {
          readMedia(one, 'media', 'https://a.example', 'EUR');
        } catch (error) {
          expect(error).toBeInstanceOf(VitrineError);
        }
      }
    };
    expect(await growthOf(read, write(250_000), write(1_000_000))).toBeLessThan(MAX_GROWTH);
  });
});
