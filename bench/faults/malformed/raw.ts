import { connect } from 'node:net';

/** How long an answer may take before it counts as one that never comes. */
const TIMEOUT_MS = 20_000;

export interface RawRequest {
  method: string;
  /** Path and query, as they stand in the request. */
  target: string;
  headers: readonly string[];
  /** What comes after the headers, piece by piece, as long as the service reads it. */
  body: Iterable<Buffer>;
  /** The sender says that nothing more comes, whatever it announced. */
  breaksOff?: boolean;
}

export interface RawAnswer {
  /** Nothing when the connection was closed without an answer. */
  status: number | undefined;
  /** All that came, from the status line on. */
  text: string;
}

/**
 * Writes a request byte for byte, which no HTTP client would, and reads what is answered.
 * @throws when there is neither an answer nor an end
 */
export function ask(port: number, { method, target, headers, body, breaksOff }: RawRequest): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    let said = '';
    // Half open: the service may close its side before we have said all, and what it said is there to be read.
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true }, write);
    const giveUp = setTimeout(() => {
      socket.destroy();
      reject(new Error(`${method} ${target.slice(0, 80)}: no answer in ${TIMEOUT_MS / 1000} s`));
    }, TIMEOUT_MS);
    // Being cut off while we still write is the service's right.
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      if (said.length < 65_536) said += chunk.toString('latin1');
    });
    socket.on('end', () => socket.destroy());
    socket.on('close', () => {
      clearTimeout(giveUp);
      const status = /^(?:HTTP\/1\.1 1\d\d [\s\S]*?\r\n\r\n)?HTTP\/1\.1 ([2-5]\d\d) /.exec(said)?.[1];
      resolve({ status: status === undefined ? undefined : Number(status), text: said });
    });

    function write(): void {
      socket.write(
        [`${method} ${target} HTTP/1.1`, 'Host: 127.0.0.1', 'Connection: close', ...headers, '\r\n'].join('\r\n'),
      );
      const pieces = body[Symbol.iterator]();
      const next = (): void => {
        while (!socket.destroyed && !socket.writableEnded) {
          const { done, value } = pieces.next();
          if (done) {
            if (breaksOff) socket.end();
            return;
          }
          if (socket.write(value)) continue;
          socket.once('drain', next);
          return;
        }
      };
      next();
    }
  });
}
