import { fork } from 'node:child_process';
import { parseArgs } from 'node:util';
import { StoredEvents } from '../../server/store/testing/stored-events.ts';
import { removeData, startService } from '../../tools/service.ts';
import { answerOf } from '../child.ts';
import { PER_REQUEST } from '../collect/events.ts';
import { anonymousMemory } from '../memory.ts';
import type { Fault } from './fault.ts';
import type { Counted, Task } from './overload/load.ts';
import { openShop } from './shop.ts';

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '60' } }, strict: false });
const SECONDS = Number(values.seconds);
const TIMES = 4;
/** A shop's visitors each have a connection of their own. */
const CONNECTIONS = 2_000;
const CLOSED_CONNECTIONS = 64;
const CLOSED_SECONDS = 5;
const AFTER_SECONDS = 5;
const MAX_P99_MS = 250;
const MAX_RECOVERY_MS = 2_000;
/** Flat: what is held in the last third of the time beside the first third. */
const MAX_GROWTH_MB = 40;
/** Of what it can take without an overload, before it and after it, the part that it takes in one. */
const MIN_TAKEN = 0.5;
/** Lines that it writes, its start's among them: a request each ten seconds, and once a minute that it is overloaded. */
const MAX_LINES = 50;

/** Many times the requests it can take, from another process that does not wait for answers. */
export const overload: Fault = {
  what: `${TIMES} times the requests it can take, for ${SECONDS} s (\`POST /track/bulk\`, 20 events each, ${CONNECTIONS.toLocaleString('en')} connections)`,
  must: `503 with \`Retry-After\` for the excess, p99 of what is accepted at most ${MAX_P99_MS} ms, memory flat; takes at least half of what it can, and all of that is stored; well again within 2 s`,
  async run(progress) {
    const shop = await openShop();
    const service = await startService({ data: shop.data, logLevel: 'info' });
    const load = fork(new URL('./overload/load.ts', import.meta.url), [
      String(service.port),
      shop.key,
      String(CONNECTIONS),
    ]);
    await answerOf(load);
    const pid = service.process.pid as number;
    const ask = async (task: Task) => {
      load.send(task);
      return (await answerOf(load)) as Counted;
    };
    // The first seconds are the compiler's.
    const warm = await ask({ kind: 'closed', connections: CLOSED_CONNECTIONS, seconds: 2 });
    const canTake = async () => {
      progress('what it can take');
      return ask({ kind: 'closed', connections: CLOSED_CONNECTIONS, seconds: CLOSED_SECONDS });
    };
    const before = await canTake();
    const rate = before.accepted / CLOSED_SECONDS;
    const memory: number[] = [];
    const began = performance.now();
    const watch = setInterval(async () => {
      memory.push((await anonymousMemory(pid)) ?? Number.NaN);
      const seconds = Math.round((performance.now() - began) / 1000);
      progress(
        `it takes ${Math.round(rate)} requests a second; overload for ${seconds} s, ${memory.at(-1)?.toFixed(0)} MB`,
      );
    }, 1000);
    const over = await ask({ kind: 'open', perSecond: TIMES * rate, seconds: SECONDS });
    clearInterval(watch);
    progress('half of what it can take');
    const after = await ask({ kind: 'open', perSecond: rate / 2, seconds: AFTER_SECONDS });
    // A shared machine is not equally fast all the time: what is accepted is compared with both of its neighbours.
    const again = await canTake();
    load.disconnect();
    const lines = service.output().split('\n').length;
    const wrong: string[] = [];
    if ((await service.stop()) !== 0) wrong.push('the process did not end as it should');

    const third = Math.floor(memory.length / 3);
    const growth = mean(memory.slice(-third)) - mean(memory.slice(0, third));
    const asked = [warm, before, over, after, again];
    const answered = PER_REQUEST * asked.reduce((sum, { accepted }) => sum + accepted, 0);
    if (over.refused === 0) wrong.push('nothing was refused: it was no overload');
    const takes = (before.accepted + again.accepted) / 2 / CLOSED_SECONDS;
    if (over.accepted / SECONDS < MIN_TAKEN * takes) wrong.push('it takes less than half of what it can');
    if (lines > MAX_LINES) wrong.push('the log is flooded');
    const other = asked.reduce((sum, { other }) => sum + other, 0);
    if (other > 0) wrong.push(`${other} answers were neither 200 nor 503 with Retry-After`);
    if (over.p99 > MAX_P99_MS) wrong.push('too slow');
    // Other systems do not say what a process holds.
    if (process.platform === 'linux' && !(growth <= MAX_GROWTH_MB)) wrong.push('memory grows');
    if (after.unwell > MAX_RECOVERY_MS) wrong.push('not well again in time');
    const stored = new StoredEvents(shop);
    if (stored.events !== answered) wrong.push(`${answered} events were answered, ${stored.events} are stored`);
    const damage = stored.damage();
    if (damage) wrong.push(damage);
    stored.close();
    await removeData(shop.data);
    const perSecond = (requests: number, seconds: number) => Math.round(requests / seconds).toLocaleString('en');
    const figures = [
      `takes ${perSecond(before.accepted, CLOSED_SECONDS)} requests a second before, ${perSecond(again.accepted, CLOSED_SECONDS)} after`,
      `asked ${perSecond(over.due, SECONDS)}: ${perSecond(over.accepted, SECONDS)} accepted, p99 ${over.p99.toFixed(0)} ms, ${perSecond(over.refused, SECONDS)} refused, p99 ${over.refusedP99.toFixed(0)} ms`,
      `memory ${mean(memory.slice(0, third)).toFixed(0)} MB in the first third, ${mean(memory.slice(-third)).toFixed(0)} MB in the last, at most ${Math.max(...memory).toFixed(0)} MB`,
      `well again after ${(after.unwell / 1000).toFixed(1)} s`,
      `${lines} lines of log`,
    ].join('; ');
    return { seen: wrong.length > 0 ? `${wrong.join('; ')} (${figures})` : figures, held: wrong.length === 0 };
  },
};

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
