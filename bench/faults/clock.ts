import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { openContentStore } from '../../server/store/testing/open-stores.ts';
import { readEvents } from '../../server/store/testing/read-events.ts';
import { StoredEvents } from '../../server/store/testing/stored-events.ts';
import { uuidv7 } from '../../src/events/id.ts';
import type { StampedEvent } from '../../src/events/vocabulary.ts';
import { activities } from '../../src/wires/activities/encode.ts';
import { matomo } from '../../src/wires/matomo/encode.ts';
import { tracking } from '../../src/wires/tracking/encode.ts';
import type { WireRequest } from '../../src/wires/wire.ts';
import { removeData, startService } from '../../tools/service.ts';
import { openOtherServer } from './clock/relayed.ts';
import type { Fault } from './fault.ts';
import { openShop, type Shop } from './shop.ts';
import { send, Traffic } from './traffic.ts';

const DAY = 86_400_000;
const MINUTE = 60_000;
/** How far the clock is off, phase by phase. */
const PHASES = [0, DAY, 0, -DAY, 0, DAY, -DAY, 0];
const PHASE_MS = 2_500;
/** An answer that takes longer waits for a clock. */
const MAX_WAIT_MS = 2_000;
const DATAMART = '4711';
const SET_CLOCK = fileURLToPath(new URL('./clock/set.ts', import.meta.url));

/** The machine's clock is set wrong and right again while the service runs. */
export const clock: Fault = {
  what: 'the clock jumps a day ahead and back, a day back and ahead, seven times under load on all four wires',
  must: 'nothing lost, nothing twice, nobody waits; events are at most a day off, and say so; visits, stashes and what waits for a relay stay what they are',
  async run(progress) {
    const shop = await openShop();
    const file = join(shop.data, 'clock');
    const set = (offset: number) => writeFileSync(file, String(offset));
    set(0);
    const other = await openOtherServer();
    await furnish(shop, other.url);
    const service = await startService({
      data: shop.data,
      env: { NODE_OPTIONS: `--import ${SET_CLOCK}`, CLOCK_OFFSET_FILE: file, VITRINE_RELAY_PRIVATE: 'allow' },
    });
    const wrong: string[] = [];
    const traffic = new Traffic(service.url, shop);
    const { repeats, visits, relays } = requestsTo(service.url, shop);
    const stash = await stashOne(service.url, shop);
    const uploader = await createUploader(service.url, shop);
    let slowest = 0;
    const timed = async (request: WireRequest) => {
      const began = performance.now();
      const answer = await send(request, shop.origin);
      slowest = Math.max(slowest, performance.now() - began);
      return answer;
    };
    traffic.start(2, 5);
    for (const [phase, offset] of PHASES.entries()) {
      progress(`the clock is ${offset / DAY} days off`);
      set(offset);
      // A thread looks at the file again.
      await pause(20);
      const before = traffic.answered.size;
      const ended = performance.now() + PHASE_MS;
      while (performance.now() < ended) {
        const asked = performance.now();
        const { status } = await healthOf(service.url);
        slowest = Math.max(slowest, performance.now() - asked);
        if (status !== 200) wrong.push(`/healthz answers ${status}`);
        await pause(100);
      }
      for (const { request, wire } of repeats) {
        const answer = await timed(request);
        const outcomes = answer ? [...wire.settle(request, answer).values()] : [];
        // Not every protocol has a word for what it had already.
        if (outcomes.length === 0 || outcomes.some((outcome) => outcome !== 'accepted' && outcome !== 'repeated'))
          wrong.push(`${wire.name} at ${offset / DAY} days: ${answer?.status} ${outcomes}`);
      }
      const visit = visits[phase];
      const relayed = relays[phase];
      if (!visit || !relayed) throw new Error('There is a request for each phase.');
      for (const request of [visit(), relayed()]) {
        const answer = await timed(request);
        if (answer?.status !== 200) wrong.push(`at ${offset / DAY} days: ${answer?.status} ${answer?.body}`);
      }
      const stashed = await fetch(`${service.url}/users/${uploader}/media?auth_token=${shop.key}`, {
        method: 'POST',
        headers: { origin: shop.origin },
        body: new URLSearchParams({ url: `/stashes/${stash}` }),
      });
      const said = await stashed.text();
      if (stashed.status !== 200)
        wrong.push(`at ${offset / DAY} days the stash is answered with ${stashed.status} ${said}`);
      if (traffic.answered.size - before < 100) wrong.push(`at ${offset / DAY} days the load stood still`);
    }
    await traffic.stop();
    await traffic.finish();
    slowest = Math.max(slowest, traffic.slowest);
    if (traffic.unanswered > 0) wrong.push(`${traffic.unanswered} requests had no answer`);
    for (const [wire, answers] of traffic.refusals) wrong.push(`${wire} was refused ${answers.length} times`);
    progress('the relay comes up');
    other.comeUp();
    for (let waited = 0; other.taken.size < PHASES.length && waited < 90; waited++) await pause(1000);
    for (let n = 0; n < PHASES.length; n++)
      if (other.taken.get(`relayed-${n}`) !== 1)
        wrong.push(`a relayed activity arrived ${other.taken.get(`relayed-${n}`) ?? 0} times`);
    const output = service.output();
    if ((await service.stop()) !== 0) wrong.push('the service did not end well');
    other.close();
    if (/"level":"(error|fatal)"/.test(output)) wrong.push(`the log has errors: ${output.slice(0, 500)}`);

    progress('counting');
    const stored = new StoredEvents(shop);
    const ids = [...traffic.answered, ...repeats.flatMap(({ request }) => request.ids)];
    const lost = ids.filter((id) => stored.times(id) !== 1).length;
    if (lost > 0) wrong.push(`${lost} answered events are not stored once`);
    for (const table of await stored.wrongTotals()) wrong.push(`${table} is not what the events come to`);
    const damage = stored.damage();
    if (damage) wrong.push(damage);
    stored.close();
    const { events, odd, shifted, sessions } = timesOf(shop);
    wrong.push(...odd);
    const sent = ids.length + visits.length;
    if (events !== sent) wrong.push(`${sent} events were sent, ${events} are stored`);
    if (shifted === 0) wrong.push('no event was stored while the clock was off');
    if (sessions !== 3) wrong.push(`the visitor, who came on three days by our clock, has ${sessions} visits`);
    await removeData(shop.data);
    const figures = `${traffic.answered.size.toLocaleString('en')} events of the load answered and stored once, ${shifted.toLocaleString('en')} of them with a time that says it was corrected; ${other.taken.size} relayed after ${other.tries()} tries; slowest answer ${Math.round(slowest)} ms`;
    const told = wrong.length > 8 ? [...wrong.slice(0, 8), `and ${wrong.length - 8} more`] : wrong;
    return { seen: [...told, figures].join('; '), held: wrong.length === 0 && slowest <= MAX_WAIT_MS };
  },
};

const healthOf = (url: string) => fetch(`${url}/healthz`);

async function furnish({ data, customerId }: Shop, url: string): Promise<void> {
  const store = await openContentStore(data);
  await store.putRelay(customerId, { url, datamart: DATAMART, keyId: 'key', secret: 'secret' });
  await store.close();
}

/** What is sent in each phase: the same events again, the next act of one visit, and an activity to be relayed. */
function requestsTo(url: string, { key, customerId }: Shop) {
  const wires = {
    tracking: tracking({ api: url, key }),
    matomo: matomo({ url: `${url}/matomo.php`, idSite: customerId, atLeastOnce: true }),
    activities: activities({ url, datamart: customerId, key }),
  };
  const click = (analyticsId: string): StampedEvent => {
    const at = Date.now();
    const stamp = { id: uuidv7(at), at, analyticsId, segments: [] };
    return { kind: 'media', action: 'click', instance: 'wall', scope: { kind: 'best' }, media: '1', pics: 1, ...stamp };
  };
  const encode = (wire: { encode: typeof wires.tracking.encode }, event: StampedEvent) => {
    const [request] = wire.encode([event], 65_536, Date.now());
    if (!request) throw new Error('The wire has no word for a click.');
    return request;
  };
  return {
    repeats: Object.values(wires).map((wire) => ({ wire, request: encode(wire, click('repeats')) })),
    visits: PHASES.map(() => () => encode(wires.matomo, click(VISITOR))),
    relays: PHASES.map(
      (_, n) => (): WireRequest => ({
        method: 'POST',
        url: `${url}/v1/datamarts/${DATAMART}/user_activities?auth_token=${key}`,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          ...{ $type: 'SITE_VISIT', $user_agent_id: 'vec:1', $session_status: 'NO_SESSION', $ts: Date.now() },
          $events: [{ $event_name: `relayed-${n}`, $ts: Date.now(), $properties: {} }],
        }),
        ids: [],
        beacon: false,
      }),
    ),
  };
}

const VISITOR = '0123456789abcdef';

async function stashOne(url: string, { key, origin }: Shop): Promise<string> {
  const create = { width: 80, height: 60, channels: 3, background: 'teal' } as const;
  const picture = new Uint8Array(await sharp({ create }).png().toBuffer());
  const form = new FormData();
  form.set('file', new Blob([picture]), 'a.png');
  const response = await fetch(`${url}/stashes?auth_token=${key}`, { method: 'POST', headers: { origin }, body: form });
  const body = await response.text();
  const id = /"id":"([\w-]{22})"/.exec(body)?.[1];
  if (!id) throw new Error(`The stash was not taken: ${response.status} ${body}`);
  return id;
}

/** @returns the id under which a page uploads */
async function createUploader(url: string, { key, origin }: Shop): Promise<string> {
  const body = new URLSearchParams({ email: 'mila@example.com' });
  const response = await fetch(`${url}/users?auth_token=${key}`, { method: 'POST', headers: { origin }, body });
  const { data } = (await response.json()) as { data?: { id?: string } };
  if (!data?.id) throw new Error(`The user was not made: ${response.status}`);
  return data.id;
}

/** Whether events have the times they ought to have: the sender's, or one that is off as our clock was, and says so. */
function timesOf({ data }: Shop) {
  const odd: string[] = [];
  let shifted = 0;
  const visits = new Set<unknown>();
  const events = readEvents(data);
  for (const { id, occurred_at: at, received_at: received, analytics_id: who, props } of events) {
    const off = Math.abs(at - Date.now());
    if (off > DAY + 10 * MINUTE) odd.push(`an event is ${Math.round(off / MINUTE)} minutes off`);
    if (Math.abs(at - received) > 10 * MINUTE && !props?.clock_shift && !props?.event_time && off > 10 * MINUTE)
      odd.push(`the event ${id} is ${Math.round(off / MINUTE)} minutes off and does not say so`);
    if (props?.clock_shift || props?.event_time) shifted++;
    if (who === VISITOR) visits.add(props?.visit);
  }
  return { events: events.length, odd: [...new Set(odd)], shifted, sessions: visits.size };
}
