import { connect, type Socket } from 'node:net';
import { PER_REQUEST } from '../../collect/events.ts';
import { bulkRequests } from '../../collect/requests.ts';
import { p99 } from '../../times.ts';

/**
 * A process that posts to `/track/bulk` and says what came back. Its requests are ready but for the time in their
 * events' ids, since on a shared machine it takes from the service what it needs itself.
 * Arguments: port, token, connections. Says `ready`; takes a `Task` at a time and answers with `Counted`.
 */
export type Task =
  /** Each connection posts as soon as it is answered: what the service can take. */
  | { kind: 'closed'; connections: number; seconds: number }
  /** So many requests begin each second, whatever becomes of the ones before: what it is asked. */
  | { kind: 'open'; perSecond: number; seconds: number };

export interface Counted {
  /** Requests that were due. */
  due: number;
  accepted: number;
  /** 503 with Retry-After. */
  refused: number;
  /** Anything else. */
  other: number;
  /** Milliseconds from when an accepted request was due to its answer. */
  p99: number;
  /** The same of the refused ones. */
  refusedP99: number;
  /** Milliseconds from the task's begin until the last request was due that was refused, or waited for over 250 ms. */
  unwell: number;
}

const TEMPLATES = 200;
const SLOW_MS = 250;
const [port, key = '', count] = process.argv.slice(2) as [string, string, string];

const nextRequest = bulkRequests(TEMPLATES, key);

/** A connection, and the request it waits for. One that the service closed, as it may an idle one, is opened anew. */
class Line {
  #socket: Socket | undefined;
  #waits = false;
  /** When the request was due. */
  #due = 0;
  #text = '';
  #done: (status: string, retryAfter: boolean, due: number) => void = () => {};

  /** Resolves when it is open. */
  open(): Promise<Line> {
    return new Promise((resolve, reject) => {
      const socket = connect(Number(port), '127.0.0.1', () => resolve(this));
      this.#socket = socket
        .on('data', (chunk) => this.#read(chunk))
        .on('error', reject)
        .on('close', () => this.#closed())
        .setNoDelay();
    });
  }

  post(due: number, done: (status: string, retryAfter: boolean, due: number) => void): void {
    this.#due = due;
    this.#done = done;
    this.#waits = true;
    // What is written to a connection that is being opened waits for it.
    if (!this.#socket) this.open().catch(() => {});
    // Copied: where the service does not keep up, it is written later than its bytes are used again.
    this.#socket?.write(Buffer.from(nextRequest()));
  }

  #closed(): void {
    this.#socket = undefined;
    this.#text = '';
    if (this.#waits) this.#answered('closed', false);
  }

  #answered(status: string, retryAfter: boolean): void {
    this.#waits = false;
    this.#done(status, retryAfter, this.#due);
  }

  #read(chunk: Buffer): void {
    // What is said to an idle connection is that it is closed.
    if (!this.#waits) return;
    this.#text += chunk.toString('latin1');
    const end = this.#text.indexOf('\r\n\r\n');
    if (end < 0) return;
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(this.#text)?.[1] ?? 0);
    if (this.#text.length < end + 4 + length) return;
    const status = this.#text.slice(9, 12);
    const retryAfter = status === '503' && /\r\nretry-after: \d/i.test(this.#text);
    const whole = status !== '200' || this.#text.includes(`,${PER_REQUEST - 1}]`);
    this.#text = '';
    this.#answered(whole ? status : 'part', retryAfter);
  }
}

const lines: Line[] = [];
while (lines.length < Number(count))
  lines.push(...(await Promise.all(Array.from({ length: 100 }, () => new Line().open()))));
process.on('message', async (task: Task) => process.send?.(await run(task)));
process.on('disconnect', () => process.exit());
process.send?.('ready');

function run(task: Task): Promise<Counted> {
  const started = performance.now();
  const until = started + task.seconds * 1000;
  const accepted: number[] = [];
  const refused: number[] = [];
  let other = 0;
  let unwell = 0;
  let due = 0;
  let under = 0;
  const { promise, resolve } = Promise.withResolvers<Counted>();
  const finish = () =>
    resolve({
      ...{ due, accepted: accepted.length, refused: refused.length, other },
      ...{
        // What is not a number does not reach the other process.
        p99: p99(accepted) || 0,
        refusedP99: p99(refused) || 0,
        unwell,
      },
    });
  const note = (status: string, retryAfter: boolean, dueAt: number) => {
    under--;
    const took = performance.now() - dueAt;
    if (status === '200') accepted.push(took);
    else if (retryAfter) refused.push(took);
    else other++;
    if (status !== '200' || took > SLOW_MS) unwell = Math.max(unwell, dueAt - started);
  };

  if (task.kind === 'closed') {
    const next = (line: Line) => {
      if (performance.now() > until) return under === 0 ? finish() : undefined;
      due++;
      under++;
      line.post(performance.now(), (...answer) => {
        note(...answer);
        next(line);
      });
    };
    for (const line of lines.slice(0, task.connections)) next(line);
    return promise;
  }

  const free = [...lines];
  const waiting: number[] = [];
  let first = 0;
  let allDue = false;
  const begin = () => {
    while (first < waiting.length) {
      const line = free.pop();
      if (!line) return;
      line.post(waiting[first++] as number, (...answer) => {
        note(...answer);
        free.push(line);
        if (first < waiting.length) begin();
        else if (under === 0 && allDue) finish();
      });
    }
  };
  const tick = () => {
    const now = performance.now();
    for (const end = Math.min(now, until); due < ((end - started) / 1000) * task.perSecond; due++) {
      waiting.push(started + (due / task.perSecond) * 1000);
      under++;
    }
    allDue = now >= until;
    begin();
    if (!allDue) setTimeout(tick, 1);
    else if (under === 0) finish();
  };
  tick();
  return promise;
}
