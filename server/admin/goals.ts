import type { ContentStore, CustomerRecord, Goals } from '../store/content/content-store.ts';
import { AdminError, readText } from './actions.ts';

/** Of one customer: the list is read with every request that tracks by query string. */
const MOST = 200;

export async function goalsOf(store: ContentStore, customerId: number): Promise<Goals> {
  return (await customerOf(store, customerId)).settings.goals ?? {};
}

/** Adds a goal under the next number, which no goal had before it, and returns the number. */
export async function addGoal(store: ContentStore, customerId: number, name: string): Promise<number> {
  const customer = await customerOf(store, customerId);
  const { goals = {}, goalNumber = 0 } = customer.settings;
  if (Object.keys(goals).length >= MOST) throw new AdminError(400, `A customer has at most ${MOST} goals.`);
  const number = goalNumber + 1;
  const known = { ...goals, [number]: readText(name, 'name', 200) };
  await change(store, customer, { goals: known, goalNumber: number });
  return number;
}

/** What it counted stays. */
export async function removeGoal(store: ContentStore, customerId: number, number: number): Promise<void> {
  const customer = await customerOf(store, customerId);
  const { [String(number)]: name, ...goals } = customer.settings.goals ?? {};
  if (name === undefined) throw new AdminError(404, `There is no goal ${number}.`);
  await change(store, customer, { goals });
}

function change(store: ContentStore, customer: CustomerRecord, more: CustomerRecord['settings']) {
  const { key, name, domain, settings } = customer;
  return store.upsertCustomer({ key, name, domain, settings: { ...settings, ...more } });
}

async function customerOf(store: ContentStore, customerId: number): Promise<CustomerRecord> {
  const customer = await store.customer(customerId);
  if (!customer) throw new AdminError(404, `There is no customer ${customerId}.`);
  return customer;
}
