import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { run } from '../cli/admin-commands.ts';
import { openRelaying } from '../relay/testing/receiver.ts';

/** Where relays may lead is judged when they are added; each request is judged again, which `relay.test.ts` shows. */

const TOKEN = 'fedcba';
let dataDir: string;
let service: Awaited<ReturnType<typeof openRelaying>>;
let customerId: number;
const open = async (allowPrivate: boolean) => {
  vi.stubEnv('VITRINE_RELAY_PRIVATE', allowPrivate ? 'allow' : undefined);
  service = await openRelaying(dataDir, { allowPrivate });
};
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'vitrine-relays-'));
  await open(false);
  ({ id: customerId } = await service.content.upsertCustomer({ key: 'shop', name: 'S', domain: 's.example' }));
  await service.content.addToken(customerId, 'private', 'desk', TOKEN);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await service.close();
  await rm(dataDir, { recursive: true });
});

const WAYS = {
  command: (url: string) =>
    run(service.content, ['relay', 'add', url, '--datamart', '77', '--key-id', 'k', '--secret', 's'], dataDir).then(
      (said) => [201, said],
      (error) => [error.status, error.message],
    ),
  endpoint: async (url: string) => {
    const response = await fetch(`${service.url}/admin/v1/relays`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify({ url, datamart: '77', keyId: 'k', secret: 's' }),
    });
    return [response.status, await response.text()];
  },
};

const PRIVATE = [
  ...['127.0.0.1', '127.1', '0x7f.1', '2130706433', '0.0.0.0', '10.1.2.3', '172.16.0.1', '192.168.1.1'],
  ...['100.64.0.1', '169.254.169.254', '224.0.0.1', '255.255.255.255'],
  ...['[::1]', '[::]', '[::ffff:127.0.0.1]', '[::ffff:8.8.8.8]', '[64:ff9b::7f00:1]', '[2002:7f00:1::]'],
  ...['[fc00::1]', '[fd12::1]', '[fe80::1]', 'localhost', 'localhost.', 'LOCALHOST:8443'],
];

describe.each(['command', 'endpoint'] as const)('the %s', (way) => {
  test('adds no relay to a private address, however it is written, unless that is allowed', async () => {
    for (const host of PRIVATE)
      expect([host, ...(await WAYS[way](`https://${host}`))]).toEqual([
        host,
        400,
        expect.stringMatching(/is a private address, .*VITRINE_RELAY_PRIVATE=allow/),
      ]);
    expect(await service.content.relays(customerId)).toEqual([]);
    await service.close();
    await open(true);
    for (const host of PRIVATE) expect([host, (await WAYS[way](`https://${host}`))[0]]).toEqual([host, 201]);
  });

  test('adds none to this machine without TLS either, and changes none', async () => {
    expect((await WAYS[way]('https://8.8.8.8'))[0]).toBe(201);
    expect((await WAYS[way]('http://127.0.0.1:9'))[0]).toBe(400);
    expect(await service.content.relays(customerId)).toMatchObject([{ url: 'https://8.8.8.8' }]);
  });

  test('adds one to a name that has no address now, and says so', async () => {
    const [status, said] = await WAYS[way]('https://api.invalid');
    expect([status, said]).toEqual([201, expect.stringContaining('api.invalid has no address now')]);
    expect(await service.content.relays(customerId)).toHaveLength(1);
  });
});
