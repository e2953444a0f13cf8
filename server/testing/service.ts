import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AppConfig, buildApp } from '../app.ts';
import type { EventStore } from '../store/events/event-store.ts';
import { openContentStore, openEventStore } from '../store/testing/open-stores.ts';

/** The real service over real databases in a folder of its own, for tests. */
export interface TestService {
  /** `http://127.0.0.1:PORT` */
  url: string;
  data: string;
  customerId: number;
  /** The public token of the customer, and the private one. */
  key: string;
  privateKey: string;
  close(): Promise<void>;
}

/** The one registered origin, and the one registered redirect host. */
export const SHOP_ORIGIN = 'https://shop.example';
export const SHOP_HOST = 'www.shop.example';
/** The token above all customers. */
export const OPERATOR = 'operator-of-the-tests-0123456789abcdef';

/**
 * Without `rates` nothing is limited: all tests are one address.
 * @param options.events takes the place of the event store, for what only a failing one shows
 */
export async function openTestService({
  events,
  ...config
}: { events?: EventStore } & Partial<AppConfig> = {}): Promise<TestService> {
  const data = await mkdtemp(join(tmpdir(), 'vitrine-test-'));
  const content = await openContentStore(data);
  const { id: customerId } = await content.upsertCustomer({ key: 'shop', name: 'Shop', domain: 'shop.example' });
  const [key, privateKey] = ['0123456789abcdef0123456789abcdef', 'fedcba9876543210fedcba9876543210'];
  await content.addToken(customerId, 'public', 'page', key);
  await content.addToken(customerId, 'private', 'desk', privateKey);
  await content.addOrigin(customerId, SHOP_ORIGIN);
  await content.addHost(customerId, SHOP_HOST);
  const store = events ?? (await openEventStore(data, { error: (details) => console.error(details) }));
  const app = await buildApp(
    { dataDir: data, logLevel: 'silent', operatorToken: OPERATOR, demo: true, ...config },
    { contentStore: content, eventStore: store },
  );
  await app.listen({ port: 0, host: '127.0.0.1' });
  return {
    url: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`,
    data,
    customerId,
    key,
    privateKey,
    async close() {
      await app.close();
      await store.close();
      await content.close();
      await rm(data, { recursive: true });
    },
  };
}
