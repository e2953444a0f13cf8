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
  /** What is here of an answer that came in pieces. */
  #begun: Buffer | undefined;
  #answered: ((answer: Answer) => void) | undefined;
  #failed: ((error: Error) => void) | undefined;

  private constructor(port: number, opened: () => void) {
    // Read into one buffer: Node would make another for each answer.
    const onread = {
      buffer: Buffer.allocUnsafe(65_536),
      callback: (length: number, buffer: Uint8Array) => {
        this.#read(buffer.subarray(0, length) as Buffer);
        return true;
      },
    };
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true, onread }, opened);
    const end = (error?: Error) => this.#failed?.(error ?? new Error('The service closed a connection.'));
    this.#socket.on('error', end).on('close', () => end());
  }

  static open(port: number): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const connection: Connection = new Connection(port, () => resolve(connection));
      connection.#failed = reject;
    });
  }

  /** Resolves to the answer, whose body is there until the next one is asked for. */
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
  #read(piece: Buffer): void {
    const bytes = this.#begun ? Buffer.concat([this.#begun, piece]) : piece;
    const head = bytes.indexOf(HEAD_END);
    const text = head < 0 ? '' : bytes.toString('latin1', 0, head);
    const [, length = '0'] = /content-length: (\d+)/i.exec(text) ?? [];
    const end = head + HEAD_END.length + Number(length);
    if (head < 0 || bytes.length < end) {
      this.#begun = Buffer.from(bytes);
      return;
    }
    this.#begun = undefined;
    this.#answered?.({ status: Number(text.slice(9, 12)), body: bytes.subarray(head + HEAD_END.length, end) });
  }
}
