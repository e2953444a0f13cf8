import type { ContentStore, Goals } from '../store/content/content-store.ts';
import { checkText } from './checks.ts';
import { changeSettings, findCustomer } from './customers.ts';
import { AdminError } from './errors.ts';

/** The goals of one customer. Every request that tracks by query string reads them all. */
const MAX_GOALS = 200;

export async function goalsOf(contentStore: ContentStore, customerId: number): Promise<Goals> {
  return (await findCustomer(contentStore, customerId)).settings.goals ?? {};
}

/** Adds a goal. @returns its number, which no goal had before */
export async function addGoal(contentStore: ContentStore, customerId: number, name: string): Promise<number> {
  const customer = await findCustomer(contentStore, customerId);
  const { goals = {}, goalNumber = 0 } = customer.settings;
  if (Object.keys(goals).length >= MAX_GOALS) throw new AdminError(400, `A customer has at most ${MAX_GOALS} goals.`);
  const number = goalNumber + 1;
  const added = { ...goals, [number]: checkText(name, 'name', 200) };
  await changeSettings(contentStore, customer, { goals: added, goalNumber: number });
  return number;
}

/** Removes a goal. Its stored conversions stay. */
export async function removeGoal(contentStore: ContentStore, customerId: number, number: number): Promise<void> {
  const customer = await findCustomer(contentStore, customerId);
  const { [String(number)]: name, ...goals } = customer.settings.goals ?? {};
  if (name === undefined) throw new AdminError(404, `There is no goal ${number}.`);
  await changeSettings(contentStore, customer, { goals });
}
