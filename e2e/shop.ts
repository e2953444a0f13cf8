import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * A shop of its own, on another origin than the service and under several host names: `shop.test`, `www.shop.test`
 * and `checkout.shop.test` all lead here (`tools/browser.ts` tells the browser so).
 */
export interface Shop {
  port: number;
  /** Puts a page there, for every host. */
  page(path: string, html: string, headers?: Record<string, string>): void;
  url(path: string, host?: string): string;
  origins: string[];
  /** Paths with their queries, as browsers have asked for them. */
  asked: string[];
  close(): void;
}

const HOSTS = ['shop.test', 'www.shop.test', 'checkout.shop.test'];

export async function openShop(): Promise<Shop> {
  const pages = new Map<string, { html: string; headers: Record<string, string> }>();
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://shop.test');
    asked.push(request.url ?? '/');
    const { html, headers } = pages.get(pathname) ?? { html: undefined, headers: {} };
    response.writeHead(html === undefined ? 404 : 200, { 'content-type': 'text/html; charset=utf-8', ...headers });
    response.end(html ?? 'No such page.');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    page: (path, html, headers = {}) => void pages.set(path, { html, headers }),
    url: (path, host = 'www.shop.test') => `http://${host}:${port}${path}`,
    origins: HOSTS.map((host) => `http://${host}:${port}`),
    asked,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
