import { connect, type Socket } from 'node:net';
import { PER_REQUEST, requests } from '../../collect/events.ts';
import { p99 } from '../../times.ts';

/**
 * A process that posts to `/track/bulk` and says what came back. It writes HTTP by hand and has its requests ready but
 * for the events' ids, since on a shared machine it takes from the service what it needs itself.
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

/** A request whose ids are overwritten in place: each `sent` makes its events new ones. */
class Template {
  readonly #bytes: Buffer;
  readonly #ids: number[] = [];

  constructor(body: string) {
    const head =
      `POST /track/bulk?auth_token=${key} HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: https://shop.example\r\n` +
      'User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36\r\n' +
      `Content-Type: text/plain;charset=UTF-8\r\nContent-Length: ${body.length}\r\n\r\n`;
    this.#bytes = Buffer.from(head + body);
    for (const { index } of body.matchAll(/event_id=/g)) this.#ids.push(head.length + index + 'event_id='.length);
  }

  /** As a UUIDv7, an id begins with the time and ends with what is its event's own. */
  sent(): Buffer {
    const bytes = Buffer.from(this.#bytes);
    const time = Date.now().toString(16).padStart(12, '0');
    const begin = `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-`;
    for (const at of this.#ids) bytes.write(`${begin}${(events++).toString(16).padStart(12, '0')}`, at, 'latin1');
    return bytes;
  }
}

let events = Math.floor(Math.random() * 2 ** 40);
const templates = requests(TEMPLATES, key).map((body) => new Template(body));
let turn = 0;

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
    this.#socket?.write((templates[turn++ % TEMPLATES] as Template).sent());
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
  const begin = () => {
    while (first < waiting.length) {
      const line = free.pop();
      if (!line) return;
      line.post(waiting[first++] as number, (...answer) => {
        note(...answer);
        free.push(line);
        if (first < waiting.length) begin();
        else if (under === 0 && performance.now() > until) finish();
      });
    }
  };
  const tick = () => {
    const now = performance.now();
    for (const end = Math.min(now, until); due < ((end - started) / 1000) * task.perSecond; due++) {
      waiting.push(started + (due / task.perSecond) * 1000);
      under++;
    }
    begin();
    if (now < until) setTimeout(tick, 1);
    else if (under === 0) finish();
  };
  tick();
  return promise;
}
