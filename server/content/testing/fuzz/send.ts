import { connect } from 'node:net';

/** The milliseconds after which an answer counts as missing. */
const TIMEOUT_MS = 5_000;

/** A raw request. */
export interface Asked {
  bytes: Buffer;
  /** The sender closes the connection before the announced body is complete. */
  breaksOff: boolean;
}

export interface Said {
  /** The status of the answer; undefined if the connection was closed without one. */
  status: number | undefined;
  /** The code in the answer's metadata. With `wrap_responses` it differs from the status. */
  code: number | undefined;
  text: string;
}

/**
 * Writes the bytes to the service and reads its answer until the connection is closed.
 * @throws if there is neither an answer nor an end
 */
export function send(port: number, { bytes, breaksOff }: Asked): Promise<Said> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: breaksOff }, () => {
      if (breaksOff) socket.end(bytes);
      else socket.write(bytes);
    });
    const giveUp = setTimeout(() => {
      socket.destroy();
      reject(new Error(`No answer in ${TIMEOUT_MS} ms.`));
    }, TIMEOUT_MS);
    // The service may close the connection while the test still writes. An answer may have come before.
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('close', () => {
      clearTimeout(giveUp);
      resolve(read(Buffer.concat(chunks).toString('latin1')));
    });
  });
}

function read(text: string): Said {
  // The answer follows "100 Continue".
  const status = /^(?:HTTP\/1\.1 1\d\d .*\r\n\r\n)*HTTP\/1\.1 ([2-5]\d\d) /.exec(text)?.[1];
  const code = /"metadata":\{"code":(\d{3})\b/.exec(text)?.[1];
  return { status: status ? Number(status) : undefined, code: code ? Number(code) : undefined, text };
}
