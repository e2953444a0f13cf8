import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import type { Segment, StampedEvent } from '../../events/vocabulary.ts';
import { eventsOf } from '../testing/proven.ts';
import { COVERAGE } from './coverage.ts';
import { encodeEvent } from './encode-event.ts';
import { PARAMETERS } from './fields.ts';

/** The parameters that the document says our tag leaves unsaid. */
const template = readFileSync(new URL('../../../tools/docs/wires.template.md', import.meta.url), 'utf8');
const section =
  template.split(/^## /m).find((part) => part.startsWith('What our tag leaves unsaid by query string')) ?? '';
const UNSAID = [...section.matchAll(/^\| (`.*`) \| /gm)].flatMap(([, names = '']) =>
  names.split(', ').map((name) => name.replaceAll('`', '')),
);

test('a browser is told to say every parameter but those that the document names', () => {
  vi.stubGlobal('screen', { width: 1280, height: 1024 });
  vi.stubGlobal('navigator', { language: 'fi', pdfViewerEnabled: true });
  const moments = ['fetchStart', 'connectEnd', 'requestStart', 'responseStart', 'responseEnd', 'domInteractive'];
  const all = [...moments, 'domComplete', 'loadEventStart', 'loadEventEnd'];
  const loaded = Object.fromEntries(all.map((moment, i) => [moment, i + 1]));
  vi.stubGlobal('performance', { now: () => 0, getEntriesByType: () => [loaded] });
  const said = new Set<string>();
  const now = Date.now();
  const happened = (event: StampedEvent, i: number): StampedEvent => ({
    ...event,
    // Some just now, and some an hour ago: that is told.
    at: i % 2 ? now : now - 3_600_000,
    pageUrl: 'https://shop.example/?utm_campaign=spring&utm_term=mug',
    ...(event.kind === 'goal' && { goal: '1' }),
    ...('segments' in event && { segments: [...event.segments, segment] }),
  });
  const segment: Segment = ['section', 'home'];
  const page = { idsite: '7', uid: 'mila', dimensions: new Map([[segment[0], 'dimension3']]) };
  for (const event of fc.sample(eventsOf(COVERAGE), { seed: 1, numRuns: 500 }).map(happened)) {
    const query = new URLSearchParams(encodeEvent(event, page, now));
    for (const name of query.keys()) said.add(name.replace(/^dimension\d+$/, 'dimensionN'));
  }
  vi.unstubAllGlobals();
  expect([...said, ...UNSAID].toSorted()).toEqual(Object.keys(PARAMETERS).toSorted());
});
