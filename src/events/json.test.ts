import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { toJson } from './json.ts';

/** What Prototype.js 1.6.1 and others like it add. */
const PATCHED = [Array, String, Number, Boolean, Object] as { prototype: { toJSON?: unknown } }[];

afterEach(() => {
  for (const { prototype } of PATCHED) delete prototype.toJSON;
});

test('it is what JSON.stringify writes on a page that has changed nothing', () => {
  fc.assert(
    fc.property(fc.anything({ withDate: true }), (value) => {
      const object = { value };
      const written = JSON.stringify(object);
      for (const { prototype } of PATCHED)
        Object.defineProperty(prototype, 'toJSON', { configurable: true, value: () => 'patched' });
      const ours = toJson(object);
      for (const { prototype } of PATCHED) delete prototype.toJSON;
      // What brings a `toJSON` of its own is not asked for it.
      fc.pre(!/toJSON/.test(written ?? ''));
      expect(ours).toBe(written);
    }),
  );
});

test('dates say what they are', () => {
  expect(toJson([new Date(0), undefined, () => 1])).toBe('["1970-01-01T00:00:00.000Z",null,null]');
});
