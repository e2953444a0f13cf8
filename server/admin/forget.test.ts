import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { run } from '../cli/admin-commands.ts';
import { MediaArchive } from '../media/media-archive.ts';
import { openRelaying } from '../relay/testing/receiver.ts';
import { readEvents, readNames } from '../store/testing/read-events.ts';
import { finishRemovals } from './removal.ts';

let dataDir: string;
let service: Awaited<ReturnType<typeof openRelaying>>;
const ids: number[] = [];
const TOKENS = ['aaaa', 'bbbb'];
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'vitrine-forget-'));
  service = await openRelaying(dataDir, { firstPauseMs: 60_000 });
  for (const [n, token] of TOKENS.entries()) {
    const { id } = await service.content.upsertCustomer({ key: `shop${n}`, name: 'S', domain: 's.example' });
    ids[n] = id;
    await service.content.addToken(id, 'private', 'desk', token);
    await service.content.putRelay(id, { url: 'http://127.0.0.1:9', datamart: '77', keyId: 'k', secret: 's' });
    await fill(n);
  }
});
afterEach(async () => {
  await service.close();
  await rm(dataDir, { recursive: true });
});

const ask = async (n: number, method: string, path: string, body: object) =>
  (
    await fetch(`${service.url}/v1/datamarts/${path}`, {
      method,
      headers: { authorization: TOKENS[n] as string, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  ).status;

/** Something of everything that is known of people. */
async function fill(n: number): Promise<void> {
  const point = `${ids[n]}/user_points/user_account_id=ann`;
  const $properties = { $user_account_id: 'ann', city: 'Espoo' };
  const activity = {
    $user_identifiers: [{ $type: 'USER_EMAIL', $hash: 'h', $email: 'ann@shop.example' }],
    $events: [{ $event_name: '$set_user_profile_properties', $properties }],
  };
  expect(await ask(n, 'POST', `${ids[n]}/user_activities`, activity)).toBe(200);
  const choice = { $choice_ts: Date.now(), $choice_acceptance_value: true };
  expect(await ask(n, 'PUT', `${point}/user_choices/processing_id=1`, choice)).toBe(200);
  expect(await ask(n, 'POST', '77/user_activities', activity)).toBe(200);
}

const known = async (n: number) => {
  const { userPoints } = service.events;
  const point = await userPoints.pointNamed(ids[n] as number, { kind: 'account', compartment: '1', id: 'ann' });
  return {
    point: point !== undefined,
    profile: (await userPoints.profile(ids[n] as number, '1', 'ann'))?.properties,
    choices: (await userPoints.choices(ids[n] as number, point ?? '')).length,
    names: readNames(dataDir).length,
    said: readEvents(dataDir).filter(({ customer_id, props }) => customer_id === ids[n] && props?.properties).length,
    counted: readEvents(dataDir).filter(({ customer_id }) => customer_id === ids[n]).length,
    waiting: await service.waiting(),
    customers: await userPoints.customers(),
  };
};
const EVERYTHING = { point: true, profile: { city: 'Espoo' }, choices: 1, said: 1, counted: 1 };
const NOTHING = { point: false, profile: undefined, choices: 0, said: 0, counted: 1 };

test('a customer that removes itself takes its people and what waits for relays, and nobody else’s', async () => {
  expect([await known(0), await known(1)]).toMatchObject([
    { ...EVERYTHING, names: 4, waiting: 2, customers: ids },
    EVERYTHING,
  ]);
  const answer = await fetch(`${service.url}/admin/v1/customers/${ids[0]}`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${TOKENS[0]}` },
  });
  expect(answer.status).toBe(204);
  await expect
    .poll(async () => [await known(0), await known(1)])
    .toMatchObject([{ ...NOTHING, names: 2, waiting: 1, customers: [ids[1]] }, EVERYTHING]);
});

test('the command does the same while the service runs', async () => {
  expect(await run(service.content, ['customer', 'remove', 'shop1', '--yes'], dataDir)).toContain(
    'with its user points',
  );
  expect([await known(0), await known(1)]).toMatchObject([EVERYTHING, { ...NOTHING, names: 2, customers: [ids[0]] }]);
});

test('what an interrupted removal left goes at the next start', async () => {
  await service.content.removeCustomer(ids[0] as number);
  expect(await known(0)).toMatchObject(EVERYTHING);
  await finishRemovals({ archive: new MediaArchive(service.content, dataDir), eventStore: service.events });
  expect([await known(0), await known(1)]).toMatchObject([NOTHING, EVERYTHING]);
});
