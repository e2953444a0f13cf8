import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { generate } from 'selfsigned';
import { freePort } from '../service.ts';

/** The host name that stands in the examples of `deploy/`. */
export const HOST = 'ugc.example.com';

const DEPLOY = fileURLToPath(new URL('../../deploy/', import.meta.url));

/** The text of a file of `deploy/`. */
export function exampleOf(name: string): string {
  return readFileSync(join(DEPLOY, name), 'utf8');
}

/** A real proxy with an example of `deploy/` in front of a service, on ports of its own. */
export interface FrontProxy {
  /** Asks over TLS, by the host's name, from an address of this machine. */
  ask(path: string, sent?: Sent): Promise<Answer>;
  /** Asks without TLS. */
  askPlain(path: string): Promise<Answer>;
  /** Which of the protocols that a browser offers it takes (ALPN). */
  protocolOf(offered: string[]): Promise<string | false | null>;
  close(): Promise<void>;
}

export interface Sent {
  method?: string;
  headers?: Record<string, string>;
  body?: string | FormData;
  /** The sender's address, as `127.0.0.2`. */
  from?: string;
}

export interface Answer {
  status: number;
  headers: NodeJS.Dict<string | string[]>;
  text: string;
}

interface Ports {
  plain: number;
  secure: number;
}

/** What a program of a proxy is started with, and by whom its certificate was signed. */
interface Prepared {
  words: string[];
  env?: Record<string, string>;
  /** The certificate to trust, in PEM, once the program runs. */
  certificate(): Promise<string>;
}

type Prepare = (folder: string, ports: Ports, servicePort: number) => Promise<Prepared>;

/** Replaces what the example says has to be edited. @throws {Error} when it is not there */
function edit(text: string, edits: readonly (readonly [from: string | RegExp, to: string])[]): string {
  return edits.reduce((edited, [from, to]) => {
    const next = edited.replaceAll(from, to);
    if (next === edited) throw new Error(`The example has no ${from} to edit.`);
    return next;
  }, text);
}

/** The certificate and the address as an operator edits them; the ports, since a test may not have 80 and 443. */
const nginx: Prepare = async (folder, { plain, secure }, servicePort) => {
  const { cert, private: key } = await generate([{ name: 'commonName', value: HOST }], {
    keySize: 2048,
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: HOST }] }],
  });
  const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  await writeFile(certFile, cert);
  await writeFile(keyFile, key);
  const site = edit(exampleOf('nginx.conf'), [
    [`/etc/letsencrypt/live/${HOST}/fullchain.pem`, certFile],
    [`/etc/letsencrypt/live/${HOST}/privkey.pem`, keyFile],
    ['127.0.0.1:4180', `127.0.0.1:${servicePort}`],
    [/(?<=listen (?:\[::\]:)?)80(?=;)/g, String(plain)],
    [/(?<=listen (?:\[::\]:)?)443(?= ssl)/g, String(secure)],
  ]);
  await writeFile(join(folder, 'vitrine.conf'), site);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${name};`);
  const main = `daemon off; pid nginx.pid; error_log stderr; ${process.getuid?.() === 0 ? 'user root;' : ''}
    events {} http { access_log off; ${temporary.join(' ')} include vitrine.conf; }`;
  await writeFile(join(folder, 'nginx.conf'), main);
  return { words: ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', 'stderr'], certificate: async () => cert };
};

/** The address as an operator edits it; before the example, the ports and an authority of Caddy's own. */
const caddy: Prepare = async (folder, { plain, secure }, servicePort) => {
  const settings = `{\n admin off\n local_certs\n skip_install_trust\n http_port ${plain}\n https_port ${secure}\n}\n`;
  const site = edit(exampleOf('Caddyfile'), [['127.0.0.1:4180', `127.0.0.1:${servicePort}`]]);
  const file = join(folder, 'Caddyfile');
  await writeFile(file, settings + site);
  return {
    words: ['run', '--config', file, '--adapter', 'caddyfile'],
    env: { HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder },
    certificate: () => readFile(join(folder, 'caddy/pki/authorities/local/root.crt'), 'utf8'),
  };
};

const PREPARE = { nginx, caddy };

/** The proxies that `deploy/` has an example for. */
export const PROXIES = ['nginx', 'caddy'] as const;
export type ProxyName = (typeof PROXIES)[number];

/** Debian keeps servers where only root's `PATH` looks. */
const PATH = `${process.env.PATH}:/usr/sbin:/usr/local/sbin`;

/** Whether a program is installed on this machine. */
export function isInstalled(name: string): boolean {
  return spawnSync('sh', ['-c', 'command -v "$0"', name], { env: { PATH }, stdio: 'ignore' }).status === 0;
}

/** Starts a proxy with its example and waits until it answers. @throws {Error} with what it said when it does not */
export async function startProxy(name: ProxyName, servicePort: number): Promise<FrontProxy> {
  const folder = await mkdtemp(join(tmpdir(), `vitrine-${name}-`));
  const ports = { plain: await freePort(), secure: await freePort() };
  const { words, env, certificate } = await PREPARE[name](folder, ports, servicePort);
  const child = spawn(name, words, { env: { ...process.env, PATH, ...env }, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    said += text;
  });
  const ask = async (path: string, sent: Sent = {}) =>
    exchange(requestSecure, { port: ports.secure, path, ca: await certificate(), servername: HOST }, sent);
  const close = async () => {
    await end(child);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await answering(child, () => ask('/healthz'));
  } catch (error) {
    await close();
    throw new Error(`${name} does not serve: ${said}`, { cause: error });
  }
  return {
    ask,
    askPlain: (path) => exchange(requestPlain, { port: ports.plain, path }, {}),
    async protocolOf(offered) {
      const socket = connect({ port: ports.secure, ca: await certificate(), servername: HOST, ALPNProtocols: offered });
      await once(socket, 'secureConnect');
      socket.destroy();
      return socket.alpnProtocol;
    },
    close,
  };
}

const TIMEOUT_MS = 20_000;
const LOOK_EVERY_MS = 50;

async function answering(child: ChildProcess, ask: () => Promise<Answer>): Promise<void> {
  const until = Date.now() + TIMEOUT_MS;
  for (;;) {
    try {
      await ask();
      return;
    } catch (error) {
      if (child.exitCode !== null || Date.now() > until) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

async function exchange(
  request: typeof requestSecure,
  to: { port: number; path: string; ca?: string; servername?: string },
  { method = 'GET', headers, body, from }: Sent,
): Promise<Answer> {
  // `Response` writes a form as browsers do.
  const written = body === undefined ? undefined : new Response(body);
  const type = written?.headers.get('content-type');
  const bytes = written && Buffer.from(await written.arrayBuffer());
  const asked = request({
    ...to,
    ...{ host: '127.0.0.1', localAddress: from, method, agent: false },
    headers: {
      host: HOST,
      ...(type ? { 'content-type': type } : {}),
      ...(bytes ? { 'content-length': bytes.length } : {}),
      ...headers,
    },
  });
  asked.end(bytes);
  const [answer] = await once(asked, 'response');
  const chunks: Buffer[] = await answer.toArray();
  return { status: answer.statusCode, headers: answer.headers, text: Buffer.concat(chunks).toString() };
}
