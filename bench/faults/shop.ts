import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openContentStore } from '../../server/store/testing/open-stores.ts';

/** A data folder with one customer and nothing else, so that the service has no demo to import. */
export interface Shop {
  data: string;
  customerId: number;
  /** The public token. */
  key: string;
  /** The registered origin of its pages. */
  origin: string;
}

/** @param parent where the folder is made; the system's folder for temporary files unless told */
export async function openShop(parent = tmpdir()): Promise<Shop> {
  const data = await mkdtemp(join(parent, 'vitrine-faults-'));
  const shop = { data, key: '0123456789abcdef0123456789abcdef', origin: 'https://shop.example' };
  const content = await openContentStore(data);
  const { id: customerId } = await content.upsertCustomer({ key: 'shop', name: 'Shop', domain: 'shop.example' });
  await content.addToken(customerId, 'public', 'page', shop.key);
  await content.addOrigin(customerId, shop.origin);
  await content.close();
  return { ...shop, customerId };
}
