import fc from 'fast-check';
import type { Asked } from './send.ts';

/** A registered endpoint. */
export interface Endpoint {
  method: string;
  /** The route pattern, with `:parameters`. */
  url: string;
  /** The names of its query parameters and of the fields of its body, from its schema. */
  names: string[];
  /** The required ones of them. */
  required: string[];
}

/** Values with which a request passes most checks: existing ids, valid tokens, a real picture. */
export interface Plausible {
  tokens: string[];
  /** Values by the name of a parameter or field. A name that is not here gets any of the values. */
  values: Map<string, string[]>;
  picture: Buffer;
}

/** Generates raw requests for one endpoint, from nearly right to absurd. */
export function requestsFor(endpoint: Endpoint, plausible: Plausible): fc.Arbitrary<Asked> {
  const anyValue = valueFor('', plausible);
  const name = fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(...endpoint.names) },
    { weight: 1, arbitrary: fc.constantFrom(...ODD_NAMES) },
    { weight: 1, arbitrary: fc.string().map(encoded) },
  );
  const pair = name.chain((name) => fc.tuple(fc.constant(name), valueFor(name, plausible)));
  const path = fc
    .tuple(
      ...endpoint.url
        .split(/(:\w+|\*)/)
        .map((part) => (/^[:*]/.test(part) ? valueFor(part.slice(1), plausible) : fc.constant(part))),
    )
    .map((parts) => parts.join(''));
  const method = mostly(endpoint.method, fc.constantFrom(...METHODS));
  const target = fc
    .tuple(
      path,
      mostly('', anyValue),
      mostly(
        [plausible.tokens[0] as string],
        fc.array(fc.oneof(fc.constantFrom(...plausible.tokens), anyValue), { maxLength: 3 }),
      ),
      fc.tuple(...endpoint.required.map((name) => fc.tuple(fc.constant(name), valueFor(name, plausible)))),
      fc.array(pair, { maxLength: 4 }),
      mostly('&', fc.constantFrom('&&', ';', '?', '&=')),
    )
    .map(([path, after, tokens, required, pairs, separator]) => {
      const all = [...tokens.map((token) => ['auth_token', token]), ...required, ...pairs];
      return `${path}${after}?${all.map((pair) => pair.join('=')).join(separator)}`;
    });
  const headers = fc.oneof(fc.constant([]), fc.array(header(anyValue), { maxLength: 3 }));
  const body = endpoint.method === 'POST' ? bodyOf(pair, plausible) : mostly(NOTHING, bodyOf(pair, plausible));
  const cut = mostly(1, fc.double({ min: 0, max: 1, noNaN: true }));
  return fc.tuple(method, target, headers, body, cut).map(([method, target, headers, { type, bytes }, cut]) => {
    const lines = [`${method} ${target} HTTP/1.1`, 'Connection: close', ...headers];
    if (!headers.some((line) => /^host:/i.test(line))) lines.push('Host: 127.0.0.1');
    if (type !== undefined) lines.push(`Content-Type: ${type}`);
    if (bytes.length > 0) lines.push(`Content-Length: ${bytes.length}`);
    // The body is shorter than its announced length.
    const sent = bytes.subarray(0, Math.ceil(bytes.length * cut));
    const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
    const whole = Buffer.concat([head, sent]);
    // The text that a person reads after a failure.
    const shown = () => JSON.stringify(whole.toString('latin1').slice(0, 4_000));
    return { bytes: whole, breaksOff: sent.length < bytes.length, [fc.toStringMethod]: shown };
  });
}

interface Body {
  type: string | undefined;
  bytes: Buffer;
}
const NOTHING: Body = { type: undefined, bytes: Buffer.alloc(0) };
const BOUNDARY = 'vitrine-boundary';

function bodyOf(pair: fc.Arbitrary<[string, string]>, { picture }: Plausible): fc.Arbitrary<Body> {
  const file = fc.oneof(fc.constant(picture), fc.constantFrom(...ODD_FILES), bytes);
  const form = fc
    .array(pair, { maxLength: 6 })
    .map((pairs) => Buffer.from(pairs.map((pair) => pair.join('=')).join('&'), 'latin1'));
  const json = fc
    .oneof(
      fc.array(pair).map((pairs) => JSON.stringify(Object.fromEntries(pairs))),
      fc
        .array(fc.tuple(pair, fc.jsonValue()))
        .map((pairs) => JSON.stringify(Object.fromEntries(pairs.map(([[name], value]) => [name, value])))),
      fc.json(),
      fc.constantFrom(...ODD_JSON),
    )
    .map((text) => Buffer.from(text));
  const part = fc.oneof(
    pair.map(([name, value]) => Buffer.from(`${disposition(name)}\r\n\r\n${value}\r\n`, 'latin1')),
    fc
      .tuple(
        mostly(
          'file',
          pair.map(([name]) => name),
        ),
        fc.constantFrom(...FILE_NAMES),
        mostly('image/png', fc.constantFrom(...TYPES)),
        file,
      )
      .map(([name, fileName, type, content]) =>
        Buffer.concat([
          Buffer.from(`${disposition(name)}; filename="${fileName}"\r\nContent-Type: ${type}\r\n\r\n`, 'latin1'),
          content,
          Buffer.from('\r\n'),
        ]),
      ),
    bytes,
  );
  const multipart = fc
    .tuple(fc.array(part, { maxLength: 4 }), mostly(`--${BOUNDARY}--\r\n`, fc.constantFrom('', '--', `--${BOUNDARY}`)))
    .map(([parts, end]) =>
      Buffer.concat([...parts.flatMap((part) => [Buffer.from(`--${BOUNDARY}\r\n`), part]), Buffer.from(end)]),
    );
  return fc.oneof(
    fc.constant(NOTHING),
    typed('application/x-www-form-urlencoded', form),
    typed('application/json', json),
    { weight: 3, arbitrary: typed(`multipart/form-data; boundary=${BOUNDARY}`, multipart) },
    typed('text/plain', bytes),
  );
}

function typed(type: string, content: fc.Arbitrary<Buffer>): fc.Arbitrary<Body> {
  return fc
    .tuple(mostly<string | undefined>(type, fc.constantFrom(undefined, ...TYPES)), content)
    .map(([type, bytes]) => ({ type, bytes }));
}

function disposition(name: string): string {
  return `Content-Disposition: form-data; name="${name}"`;
}

function header(value: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(fc.constantFrom(...HEADERS), fc.oneof(value, fc.constantFrom(...HEADER_VALUES))).map(
    // The value of a header must not contain a line end.
    ([name, value]) => `${name}: ${value.replaceAll(/[\r\n]/g, '')}`,
  );
}

function valueFor(name: string, { values }: Plausible): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...(values.get(name) ?? [...values.values()].flat())) },
    { weight: 2, arbitrary: fc.constantFrom(...ODD_NUMBERS) },
    { weight: 2, arbitrary: fc.constantFrom(...ODD_VALUES) },
    { weight: 1, arbitrary: fc.string({ unit: 'grapheme' }).map(encoded) },
    { weight: 1, arbitrary: fc.string({ unit: rawByte }) },
  );
}

/** Returns the first in nine of ten cases. */
function mostly<T>(usual: T, otherwise: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return fc.oneof({ weight: 9, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: otherwise });
}

/** Encodes lone surrogates as three bytes, which are not valid UTF-8. */
function encoded(text: string): string {
  return [...text]
    .map((character) => (character.isWellFormed() ? encodeURIComponent(character) : '%ED%A0%80'))
    .join('');
}

const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array));
/** Any text without line ends. */
const rawByte = fc
  .integer({ min: 0, max: 255 })
  .filter((code) => code !== 10 && code !== 13)
  .map((code) => String.fromCharCode(code));

const METHODS = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND', 'TRACE', 'FOO', 'get'];

const ODD_NUMBERS = [
  ...[
    '0',
    '-0',
    '-1',
    '1.5',
    '1e3',
    '1e999',
    '-1e999',
    'NaN',
    'Infinity',
    '0x10',
    '007',
    '+1',
    ' 1',
    '1 ',
    '2147483648',
  ],
  ...['9007199254740991', '9007199254740992', '9223372036854775808', '9'.repeat(400), '1'.repeat(5_000), '1e-400'],
];

const ODD_VALUES = [
  ...[
    '',
    '%',
    '%0',
    '%zz',
    '%00',
    '%0d%0a',
    '%ED%A0%80',
    '%C0%AF',
    '%FF%FE',
    '%F4%90%80%80',
    '%u0041',
    '\0',
    'ä',
    '\xff',
  ],
  ...[
    '..',
    '../../..',
    '%2e%2e',
    '%2e%2e%2f%2e%2e%2fetc%2fpasswd',
    '..%5c..%5c',
    '/',
    '//',
    '//evil.example',
    '%2F',
    ';',
    '#',
  ],
  ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '[object Object]', '{}', '[]', '%7B%7D'],
  ...["'", '"', '`', "' or 1=1 --", '<script>', '*', '\\', '&', '=', '?', 'a=b&c=d', 'null', 'true', 'undefined'],
  ...['AAAA', 'A'.repeat(300), 'A'.repeat(5_000), 'x%20'.repeat(2_000), '%E2%9C%93'.repeat(300), 'é'.repeat(100)],
  ...['http://127.0.0.1/', 'file:///etc/passwd'],
];

const ODD_NAMES = [
  ...['__proto__', 'constructor', 'prototype', '__proto__[admin]', 'constructor[prototype][x]', 'toString', 'callback'],
  ...[
    'count[]',
    'count[0]',
    'page_key[a][b]',
    `a${'[b]'.repeat(500)}`,
    'auth_token[]',
    '',
    '%',
    '%00',
    '%5B%5D',
    'format',
  ],
  ...['x'.repeat(2_000), '$where', 'tag_key[]', 'version'],
];

const HEADERS = [
  ...['Host', 'Origin', 'Accept', 'Accept-Encoding', 'Accept-Language', 'If-None-Match', 'If-Modified-Since', 'Range'],
  ...['Authorization', 'Cookie', 'Referer', 'X-Forwarded-Host', 'X-Forwarded-For', 'X-HTTP-Method-Override', 'Expect'],
  ...['Sec-Fetch-Site', 'Content-Encoding', 'Access-Control-Request-Method', 'Upgrade', '__proto__', 'constructor'],
];
const HEADER_VALUES = [
  ...['https://shop.example', 'https://evil.example', 'null', 'gzip', 'br', 'gzip;q=0, br;q=0', '*;q=0.5', 'identity'],
  ...['text/html', '*/*', '"x"', 'W/"x", *', '*', 'bytes=0-10', 'cross-site', 'gzip, '.repeat(500), '100-continue'],
  ...['a:99999', '[::1]:80', '[::', 'shop.example:0', 'websocket', 'DELETE'],
];

const TYPES = [
  ...['application/json', 'application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data', 'image/jpeg'],
  ...[
    'multipart/form-data; boundary=',
    `multipart/form-data; boundary=${'b'.repeat(200)}`,
    'multipart/mixed; boundary=x',
  ],
  ...['application/json; charset=utf-16', 'application/octet-stream', 'text/html', 'video/mp4', '/', 'x', ';;', '\xff'],
];

const FILE_NAMES = [
  'a.png',
  'a.svg',
  '../../a.png',
  '..\\a.png',
  '',
  'a\0.png',
  `${'a'.repeat(3_000)}.png`,
  '"',
  '__proto__',
];

const ODD_FILES = [
  '',
  '\x89PNG\r\n\x1a\n',
  '\xff\xd8\xff\xe0',
  'GIF89a',
  'RIFF\0\0\0\0WEBPVP8 ',
  '\0\0\0\x18ftypmp42',
  '\x1a\x45\xdf\xa3',
  '<svg xmlns="http://www.w3.org/2000/svg"/>',
  '<html></html>',
  'PK\x03\x04',
].map((text) => Buffer.from(text, 'latin1'));

const ODD_JSON = [
  ...[
    '',
    'null',
    '[]',
    '"',
    '{',
    '{"a":',
    '{"__proto__":{"x":1}}',
    '{"constructor":{"prototype":{"x":1}}}',
    '\u{feff}{}',
  ],
  ...[
    '{"a":"\\ud800"}',
    '{"url":"\\u0000"}',
    '1e999',
    '[['.repeat(10_000),
    `{"a":${'['.repeat(5_000)}${']'.repeat(5_000)}}`,
  ],
];
