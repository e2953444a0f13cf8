import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { run } from '../cli/admin-commands.ts';
import type { ContentStore } from '../store/content/content-store.ts';
import { openContentStore } from '../store/testing/open-stores.ts';

let folder: string;
let contentStore: ContentStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vitrine-goals-'));
  contentStore = await openContentStore(folder);
  await admin('customer', 'add', 'atelier', '--name', 'Atelier', '--domain', 'atelier.example');
});
afterEach(async () => {
  await contentStore.close();
  await rm(folder, { recursive: true });
});

const admin = (...args: string[]) => run(contentStore, args, folder);

test('goals have numbers, and a number is never given twice', async () => {
  expect(await admin('goal', 'list')).toBe('None.');
  expect(await admin('goal', 'add', 'Newsletter')).toBe('Goal Newsletter of atelier has the id 1.');
  expect(await admin('goal', 'add', 'Catalogue')).toBe('Goal Catalogue of atelier has the id 2.');
  expect(await admin('goal', 'list')).toBe('1  Newsletter\n2  Catalogue');
  expect(await admin('goal', 'remove', '2')).toBe('Goal 2 of atelier is removed.');
  expect(await admin('goal', 'add', 'Visit')).toBe('Goal Visit of atelier has the id 3.');
  await expect(admin('goal', 'remove', '2')).rejects.toThrow('There is no goal 2.');
  await expect(admin('goal', 'add')).rejects.toThrow('NAME is missing.');
});

test('goals and other settings leave each other alone', async () => {
  await admin('goal', 'add', 'Newsletter');
  await admin('moderate', 'before');
  const customer = await contentStore.customerByKey('atelier');
  expect(customer?.settings).toMatchObject({ premoderation: true, goals: { 1: 'Newsletter' } });
});
