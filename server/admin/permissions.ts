import Type from 'typebox';
import { PERMISSIONS, type Permission, type Permissions } from '../store/access.ts';
import type { ContentStore } from '../store/content/content-store.ts';
import { changeSettings, findCustomer } from './customers.ts';
import { AdminError } from './errors.ts';
import type { Input } from './input.ts';

/** What a customer permits without a private token. */

export const ChangedPermissions = Type.Object(
  {
    trackers: Type.Optional(
      Type.Boolean({
        description:
          'Whether senders without a page (apps, servers, pages that hide their origin) track without a private token. Default true.',
      }),
    ),
    views: Type.Optional(
      Type.Boolean({ description: 'Whether pages count product events with a public token. Default false.' }),
    ),
  },
  {
    // A request without either would be answered as if it had changed something.
    anyOf: [{ required: ['trackers'] }, { required: ['views'] }],
    examples: [PERMISSIONS],
  },
);

export async function permissionsOf(contentStore: ContentStore, customerId: number): Promise<Permissions> {
  return { ...PERMISSIONS, ...(await findCustomer(contentStore, customerId)).settings.permissions };
}

/** Changes the given permissions, and keeps the others. */
export async function setPermissions(
  contentStore: ContentStore,
  customerId: number,
  changed: Input<typeof ChangedPermissions>,
): Promise<Permissions> {
  const customer = await findCustomer(contentStore, customerId);
  const permissions = { ...customer.settings.permissions, ...changed } as Partial<Permissions>;
  await changeSettings(contentStore, customer, { permissions });
  return { ...PERMISSIONS, ...permissions };
}

/** Reads `yes` and `no`. @throws {AdminError} */
export function readPermission(permission: Permission, given: string | undefined): Partial<Permissions> {
  if (given !== 'yes' && given !== 'no')
    throw new AdminError(400, `Write "permit ${permission} yes" or "permit ${permission} no".`);
  return { [permission]: given === 'yes' };
}
