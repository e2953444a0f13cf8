import { connect } from 'node:net';

/** How long an answer may take before it counts as one that never comes. */
const PATIENCE_MS = 5_000;

/** A request as it goes over the wire. */
export interface Asked {
  bytes: Buffer;
  /** Its sender goes away before everything is there that it announced. */
  breaksOff: boolean;
}

export interface Said {
  /** Of the answer; nothing when the connection was closed without one. */
  status: number | undefined;
  /** Of the metadata, where the answer has any: with `wrap_responses` it is not the status. */
  code: number | undefined;
  text: string;
}

/**
 * Writes these bytes to the service, as they are, and reads what comes until the connection is closed.
 * @throws when there is neither an answer nor an end
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
      reject(new Error(`No answer in ${PATIENCE_MS} ms.`));
    }, PATIENCE_MS);
    // Being cut off while we still write is the service's right, and what it said before may be there.
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('close', () => {
      clearTimeout(giveUp);
      resolve(read(Buffer.concat(chunks).toString('latin1')));
    });
  });
}

function read(text: string): Said {
  // After "100 Continue" comes the answer.
  const status = /^(?:HTTP\/1\.1 1\d\d .*\r\n\r\n)*HTTP\/1\.1 ([2-5]\d\d) /.exec(text)?.[1];
  const code = /"metadata":\{"code":(\d{3})\b/.exec(text)?.[1];
  return { status: status ? Number(status) : undefined, code: code ? Number(code) : undefined, text };
}
