import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as an answering server has had it. */
export interface Asked {
  method: string;
  /** Path and query. */
  url: string;
  headers: Record<string, string>;
  body: Buffer;
}

export interface Answering {
  /** `http://127.0.0.1:PORT` */
  url: string;
  /** Every request so far, in their order. */
  asked: Asked[];
  close(): Promise<void>;
}

/**
 * An HTTP server of a test's own, which answers what it is told to. An answer that is no text is sent as JSON; one
 * that never comes leaves the client waiting.
 */
export async function startAnswering(
  answer: (asked: Asked) => Promise<{ status?: number; body: unknown }> | { status?: number; body: unknown },
): Promise<Answering> {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method = '', url = '', headers } = request;
    const one = { method, url, headers: headers as Record<string, string>, body: Buffer.concat(chunks) };
    asked.push(one);
    const { status = 200, body } = await answer(one);
    response
      .writeHead(status, { 'content-type': 'application/json' })
      .end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
