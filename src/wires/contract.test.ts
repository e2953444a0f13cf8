import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { EVENTS } from '../events/testing/any-event.ts';
import type { decode as decodeActivity } from './activities/decode.ts';
import type { decode as decodeMatomo } from './matomo/decode.ts';
import type { Parameters } from './matomo/query.ts';
import type { decode as decodeProductEvent } from './product-events/decode.ts';
import type { decode as decodeTracking } from './tracking/decode.ts';
import type { Coverage, Decode, Fields, Wire } from './wire.ts';

const FOLDERS = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'testing')
  .map(({ name }) => name);

/** Options that every wire can be made of. */
const OPTIONS = { api: 'https://a.example', url: 'https://a.example', key: 'k', token: 't', idSite: 7, datamart: 7 };

describe.each(FOLDERS)('the folder %s', (name) => {
  test('makes a wire of its name, which encodes and settles', async () => {
    const factory = name.replace(/-./g, (dash) => dash.slice(1).toUpperCase());
    const { [factory]: make } = (await import(`./${name}/encode.ts`)) as Record<string, (options: object) => Wire>;
    const wire = make?.(OPTIONS) as Wire;
    expect(wire.name).toBe(name);
    expect(wire.encode([], 1000, 0)).toEqual([]);
    const request = { method: 'POST', url: '', ids: ['a'], beacon: true } as const;
    expect([...wire.settle({ ...request, ids: ['a'] }, { status: 503, body: '' })]).toEqual([['a', 'retry']]);
    // An event is lost if its answer is, unless a probe asks first whether the destination answers.
    expect(wire.idempotent || wire.probe !== undefined).toBe(true);
  });

  test('reads requests by a function that is called decode', async () => {
    const { decode } = (await import(`./${name}/decode.ts`)) as { decode: unknown };
    expect(decode).toBeTypeOf('function');
  });

  test('tells of every kind of event whether it carries the kind', async () => {
    const { COVERAGE } = (await import(`./${name}/coverage.ts`)) as { COVERAGE: Coverage };
    expect(Object.keys(COVERAGE).toSorted()).toEqual(Object.keys(EVENTS).toSorted());
  });

  test('has a table of fields for each request, if it has one', async () => {
    if (!existsSync(`${import.meta.dirname}/${name}/fields.ts`)) return;
    const { FIELDS } = (await import(`./${name}/fields.ts`)) as { FIELDS: Fields };
    expect(Object.keys(FIELDS).length).toBeGreaterThan(0);
  });
});

test('what each decode returns is a Decoded', () => {
  expectTypeOf<typeof decodeTracking>().toExtend<Decode<string>>();
  expectTypeOf<typeof decodeMatomo>().toExtend<Decode<Parameters>>();
  expectTypeOf<typeof decodeProductEvent>().toExtend<Decode<unknown>>();
  expectTypeOf<typeof decodeActivity>().toExtend<Decode<unknown>>();
});
