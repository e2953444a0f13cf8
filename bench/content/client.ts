import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';

/** An answer as it came over the wire, and how long that took, from asking until the last byte was there. */
export interface Answered {
  body: Buffer;
  encoding: string | undefined;
  ms: number;
}

/** One connection that is kept, as a page's browser has it. The first request opens it, so measure later ones. */
export class Client {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  readonly #port: number;

  constructor(port: number) {
    this.#port = port;
  }

  /** @param encoding what the asker says it can read */
  async get(path: string, encoding: string): Promise<Answered> {
    const started = performance.now();
    const request = get({ port: this.#port, path, agent: this.#agent, headers: { 'accept-encoding': encoding } });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    const chunks: Buffer[] = [];
    response.on('data', (chunk) => chunks.push(chunk));
    await once(response, 'end');
    const ms = performance.now() - started;
    const body = Buffer.concat(chunks);
    if (response.statusCode !== 200) throw new Error(`${response.statusCode} for ${path}: ${body.subarray(0, 500)}`);
    return { body, encoding: response.headers['content-encoding'], ms };
  }

  close(): void {
    this.#agent.destroy();
  }
}
