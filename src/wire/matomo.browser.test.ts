import { expect, test } from 'vitest';
import { encodeEvent } from './matomo.ts';

test('what a browser knows of itself is said', () => {
  const at = Date.now();
  const event = { kind: 'page', title: '', segments: [], id: '0192f3a4-0000-7000-8000-000000000001', at } as const;
  const query = new URLSearchParams(encodeEvent({ ...event, segments: [], analyticsId: 'a' }, { idsite: '7' }, at));
  const time = new Date(at);
  expect(Object.fromEntries(query)).toMatchObject({
    res: `${screen.width}x${screen.height}`,
    lang: navigator.language,
    ...(navigator.pdfViewerEnabled && { pdf: '1' }),
    ...{ h: `${time.getHours()}`, m: `${time.getMinutes()}`, s: `${time.getSeconds()}` },
  });
});
