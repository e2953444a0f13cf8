import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { isRemote, RemoteFiles, type RemoteOptions } from './remote-file.ts';
import { RowError } from './rows.ts';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

/** Asks a real server on this machine. */
async function serve(listener: RequestListener): Promise<string> {
  server = createServer(listener).listen(0, '127.0.0.1');
  await new Promise((resolve) => server?.once('listening', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function files(options: RemoteOptions = {}): RemoteFiles {
  return new RemoteFiles({ allowPrivate: true, ...options });
}

test('a file is fetched, over redirects, too', async () => {
  const origin = await serve(({ url }, response) => {
    if (url === '/old') response.writeHead(301, { location: '/new' }).end();
    else response.end(`the file ${url}`);
  });
  expect(String(await files().read(`${origin}/old`))).toBe('the file /new');
  expect(String(await files().read(origin.replace('http:', 'HTTP:')))).toBe('the file /');
});

test('what is no file, or too large, or endless, is refused with the reason', async () => {
  const origin = await serve(({ url = '' }, response) => {
    if (url === '/gone') response.writeHead(404).end('<html>');
    else if (url === '/around') response.writeHead(302, { location: '/around' }).end();
    else if (url === '/script') response.writeHead(302, { location: 'file:///etc/passwd' }).end();
    else if (url === '/large') response.end(Buffer.alloc(2000));
    else if (url === '/slow') response.write('a');
    else if (url === '/cut') response.writeHead(200, { 'content-length': 10 }).write('a', () => response.destroy());
  });
  const read = (path: string) => files({ maxBytes: 1999, timeoutMs: 300 }).read(`${origin}${path}`);
  for (const [path, reason] of [
    ['/gone', 'it is answered with 404'],
    ['/around', 'it is redirected too often'],
    ['/script', 'the address is none'],
    ['/large', 'it has more than 1999 bytes'],
    ['/slow', 'it takes too long'],
    ['/cut', 'the connection was closed'],
  ] as const) {
    const refused = read(path);
    await expect(refused, path).rejects.toThrow(`${origin}${path} cannot be fetched: ${reason}.`);
    await expect(refused).rejects.toBeInstanceOf(RowError);
  }
});

test('private addresses are not asked, by number or by name', async () => {
  let asked = 0;
  const origin = await serve((_, response) => {
    asked++;
    response.end('secret');
  });
  const { port } = new URL(origin);
  for (const host of ['127.0.0.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]', '2130706433', '0x7f.1'])
    await expect(files({ allowPrivate: false }).read(`http://${host}:${port}/`), host).rejects.toThrow(
      /private one|no public address/,
    );
  await expect(files({ allowPrivate: false }).read('http://169.254.169.254/latest/meta-data/')).rejects.toThrow(
    'the address is a private one',
  );
  expect(asked).toBe(0);
});

test('a host that gives no answer three times is not asked again', async () => {
  let asked = 0;
  const origin = await serve((_, response) => {
    asked++;
    response.destroy();
  });
  const remote = files();
  for (let row = 0; row < 5; row++) await expect(remote.read(`${origin}/${row}`)).rejects.toThrow('cannot be fetched');
  await expect(remote.read(`${origin}/6`)).rejects.toThrow('gave no answer 3 times, and is not asked again');
  expect(asked).toBe(3);
});

test.each([
  ['https://cdn.test/a.jpg', true],
  ['//cdn.test/a.jpg', true],
  ['HTTP://cdn.test/a.jpg', true],
  ['a.jpg', false],
  ['/a.jpg', false],
  ['https.jpg', false],
])('whether %s is an address: %s', (path, remote) => {
  expect(isRemote(path)).toBe(remote);
});
