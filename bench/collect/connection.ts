import { connect, type Socket } from 'node:net';

/** An answer as far as a load has to know it. */
export interface Answer {
  status: number;
  /** Of the body, nothing decoded. */
  body: Buffer;
}

const HEAD_END = Buffer.from('\r\n\r\n');

/**
 * A kept connection that carries one request at a time. Requests are prepared bytes and answers are read by hand, so
 * that on a shared machine the load takes as little as it can from the service it asks.
 */
export class Connection {
  readonly #socket: Socket;
  #chunks: Buffer | undefined;
  #answered: ((answer: Answer) => void) | undefined;
  #failed: ((error: Error) => void) | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    const end = (error?: Error) => this.#failed?.(error ?? new Error('The service closed a connection.'));
    socket.on('error', end).on('close', () => end());
  }

  static open(port: number): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.off('error', reject);
        resolve(new Connection(socket));
      });
      socket.on('error', reject).setNoDelay();
    });
  }

  ask(request: Buffer): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#answered = resolve;
      this.#failed = reject;
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#failed = undefined;
    this.#socket.end();
  }

  /** Answers have a Content-Length, or, as those with status 204, no body. */
  #read(chunk: Buffer): void {
    const bytes = this.#chunks ? Buffer.concat([this.#chunks, chunk]) : chunk;
    this.#chunks = bytes;
    const head = bytes.indexOf(HEAD_END);
    if (head < 0) return;
    const text = bytes.toString('latin1', 0, head);
    const [, length = '0'] = /content-length: (\d+)/i.exec(text) ?? [];
    const end = head + HEAD_END.length + Number(length);
    if (bytes.length < end) return;
    this.#chunks = undefined;
    this.#answered?.({ status: Number(text.slice(9, 12)), body: bytes.subarray(head + HEAD_END.length, end) });
  }
}
