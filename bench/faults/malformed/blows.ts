import { gzipSync } from 'node:zlib';
import type { RawRequest } from './raw.ts';

/** What is wrong with a request: the same for each endpoint. */
export interface Blow {
  name: string;
  /**
   * What else may be answered. Without it, whoever reads the body refuses it; endpoints that read none may do what they
   * are asked, or refuse it, too.
   */
  may?: 'anything';
  /** Deals it to a request that is right but for its body, which it has not got. */
  deal(request: Pick<RawRequest, 'method' | 'target' | 'headers'>): RawRequest;
}

const MB = 1_048_576;
/** The types in which endpoints take a body. */
const TYPES = {
  JSON: 'application/json',
  text: 'text/plain;charset=UTF-8',
  form: 'application/x-www-form-urlencoded',
  multipart: 'multipart/form-data; boundary=x',
};

/** A body with its own length. */
function bodied(name: string, type: string, body: Buffer | string, more: readonly string[] = []): Blow {
  const bytes = Buffer.from(body as string);
  return {
    name,
    deal: ({ headers, ...request }) => ({
      ...request,
      headers: [...headers, `Content-Type: ${type}`, `Content-Length: ${bytes.length}`, ...more],
      body: [bytes],
    }),
  };
}

function inEachType(name: string, body: Buffer | string): Blow[] {
  return Object.entries(TYPES).map(([type, header]) => bodied(`${name} as ${type}`, header, body));
}

/** Another request line or other headers. What is wrong may be what an endpoint does not look at. */
function headed(name: string, change: (request: { target: string; headers: readonly string[] }) => object): Blow {
  return {
    name,
    may: 'anything',
    deal: (request) => ({ ...request, body: [], ...change(request) }),
  };
}

const queried = (name: string, query: string) =>
  headed(name, ({ target }) => ({ target: `${target}${target.includes('?') ? '&' : '?'}${query}` }));

/** 100 MB, made while they are read. */
function* chunks(): Generator<Buffer> {
  const piece = Buffer.concat([Buffer.from('10000\r\n'), Buffer.alloc(65_536, 'x'), Buffer.from('\r\n')]);
  for (let n = 0; n < (100 * MB) / 65_536; n++) yield piece;
  yield Buffer.from('0\r\n\r\n');
}

function endless(name: string, type: string, length: readonly string[], body: () => Iterable<Buffer>): Blow {
  return {
    name,
    deal: ({ headers, ...request }) => ({
      ...request,
      headers: [...headers, `Content-Type: ${type}`, ...length],
      body: body(),
      breaksOff: true,
    }),
  };
}

function deep(open: string, bottom: string, close: string): string {
  return open.repeat(10_000) + bottom + close.repeat(10_000);
}

const bomb = gzipSync(Buffer.alloc(100 * MB, '['));

export const BLOWS: readonly Blow[] = [
  ...inEachType('invalid UTF-8', Buffer.from([0x22, 0xff, 0xfe, 0xc3, 0x28, 0x22])),
  ...inEachType('invalid UTF-8 in a field', Buffer.from('{"id":"\xff\xc3("}', 'latin1')),
  ...inEachType('NUL bytes', Buffer.alloc(1000)),
  ...inEachType('truncated JSON', '{"requests":[{"id":"0192f3a4-0000-7000-8000-0000'),
  ...inEachType('10,000 arrays deep', deep('[', '1', ']')),
  bodied('10,000 objects deep as JSON', TYPES.JSON, deep('{"a":', '1', '}')),
  bodied('10,000 arrays that do not end as JSON', TYPES.JSON, '['.repeat(10_000)),
  ...inEachType('__proto__', '{"__proto__":{"admin":true},"requests":[]}'),
  bodied('constructor.prototype as JSON', TYPES.JSON, '{"constructor":{"prototype":{"admin":true}}}'),
  bodied('__proto__ in a field as JSON', TYPES.JSON, '{"requests":[{"__proto__":{"a":1}}],"a":{"__proto__":1}}'),
  bodied('10,000 fields as form', TYPES.form, Array.from({ length: 10_000 }, (_, n) => `f${n}=`).join('&')),
  bodied(
    '10,000 parts as multipart',
    TYPES.multipart,
    '--x\r\nContent-Disposition: form-data; name="f"\r\n\r\n1\r\n'.repeat(10_000),
  ),
  bodied(
    'half a part as multipart',
    TYPES.multipart,
    '--x\r\nContent-Disposition: form-data; name="file"; filename="a.p',
  ),
  bodied(
    'a part named __proto__',
    TYPES.multipart,
    '--x\r\nContent-Disposition: form-data; name="__proto__"\r\n\r\n1\r\n--x--\r\n',
  ),
  bodied('multipart without a boundary', 'multipart/form-data', '--x\r\n\r\n'),
  bodied('a type nobody reads', 'application/x-nonsense', '{}'),
  bodied('an image', 'image/png', Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')),
  bodied('a type that is none', '\xff/;;=', '{}'),
  bodied('a gzip bomb (Content-Encoding)', TYPES.JSON, bomb, ['Content-Encoding: gzip']),
  bodied('a gzip bomb as text', TYPES.text, bomb, ['Content-Encoding: gzip']),
  ...Object.entries(TYPES).flatMap(([type, header]) => [
    endless(`100 MB in chunks as ${type}`, header, ['Transfer-Encoding: chunked'], chunks),
    endless(`fewer bytes than Content-Length says as ${type}`, header, ['Content-Length: 5000'], () => [
      Buffer.from('{"a":1'),
    ]),
    endless(`Content-Length of 100 GB as ${type}`, header, [`Content-Length: ${100_000 * MB}`], () => [
      Buffer.from('{'),
    ]),
  ]),
  endless('a chunk that is no chunk', TYPES.JSON, ['Transfer-Encoding: chunked'], () => [Buffer.from('zz\r\n{}\r\n')]),
  endless('both lengths', TYPES.JSON, ['Transfer-Encoding: chunked', 'Content-Length: 2'], () => [
    Buffer.from('0\r\n\r\n'),
  ]),
  endless('a negative length', TYPES.JSON, ['Content-Length: -1'], () => [Buffer.from('{}')]),
  headed('64 KB of headers', ({ headers }) => ({ headers: [...headers, `X-Long: ${'x'.repeat(65_536)}`] })),
  headed('2,000 headers', ({ headers }) => ({ headers: [...headers, ...Array(2_000).fill('X-Many: 1')] })),
  headed('an Origin that is none', ({ headers }) => ({ headers: [...headers, 'Origin: \xff://['] })),
  queried('a URL of 1 MB', `a=${'x'.repeat(MB)}`),
  queried('10,000 parameters', Array.from({ length: 10_000 }, (_, n) => `p${n}=1`).join('&')),
  queried('invalid UTF-8 in a parameter', 'count=%ff%fe&caption=%c3%28&analytics_id=%ff'),
  queried('NUL in parameters', 'count=%00&page_key=%00&idsite=%00&user_name=%00'),
  queried('parameters named __proto__', '__proto__=1&__proto__[admin]=1&constructor[prototype][a]=1'),
  queried('each parameter twice', 'count=1&count=2&page_key=1&page_key=2&auth_token=x'),
  headed('invalid UTF-8 in the path', ({ target }) => ({ target: lastPart(target, '%ff%c3%28') })),
  headed('NUL in the path', ({ target }) => ({ target: lastPart(target, '%00') })),
  headed('a way out of the path', ({ target }) => ({ target: lastPart(target, '..%2f..%2f..%2fetc%2fpasswd') })),
  headed('a path of 10,000 characters', ({ target }) => ({ target: lastPart(target, 'x'.repeat(10_000)) })),
  headed('a number that is too large', ({ target }) => ({ target: lastPart(target, '9'.repeat(400)) })),
];

function lastPart(target: string, instead: string): string {
  const [path = '', query] = target.split('?');
  return `${path.replace(/[^/]*$/, instead)}?${query}`;
}
