import { afterEach, expect, test } from 'vitest';
import { click, closeShops, openShop, storedRows } from '../testing/shops.ts';

afterEach(closeShops);

/** Says that a policy of the page has refused a request, as the browser does (`e2e/faults.spec.ts` has a real one). */
function refuse(blockedURI: string, disposition: SecurityPolicyViolationEventDisposition): void {
  const what = { blockedURI, disposition, bubbles: true, composed: true, effectiveDirective: 'connect-src' } as const;
  const where = { documentURI: location.href, originalPolicy: "connect-src 'self'", statusCode: 200 };
  document.dispatchEvent(
    new SecurityPolicyViolationEvent('securitypolicyviolation', {
      ...what,
      ...where,
      violatedDirective: 'connect-src',
    }),
  );
}

test('a destination that the page’s policy forbids is asked no more, and every other one is', async () => {
  const [open, forbidden] = [openShop(), openShop()];
  const tracker = open.start({ destinations: [open.wire, { ...forbidden.wire, name: 'forbidden' }] });
  tracker.track(click(1));
  await expect.poll(open.clicks, { timeout: 15_000 }).toEqual(['1']);
  await expect.poll(forbidden.clicks, { timeout: 15_000 }).toEqual(['1']);
  const [request] = forbidden.wire.encode([{ ...click(1), id: '1', at: 1, analyticsId: 'a' }], 16_384, 1);
  const url = request?.url ?? '';

  // A policy that is only tried out lets the request pass, and what it says of others is not our matter.
  refuse(url, 'report');
  refuse('https://elsewhere.example/picture.jpg', 'enforce');
  for (const what of ['inline', '']) refuse(what, 'enforce');
  tracker.track(click(2));
  await expect.poll(forbidden.clicks, { timeout: 15_000 }).toEqual(['1', '2']);

  refuse(url, 'enforce');
  tracker.track(click(3));
  await expect.poll(open.clicks, { timeout: 15_000 }).toEqual(['1', '2', '3']);
  dispatchEvent(new Event('online'));
  document.dispatchEvent(new Event('freeze'));
  await new Promise((resolve) => setTimeout(resolve, 1500));
  expect(await forbidden.clicks()).toEqual(['1', '2']);
  // Kept for a page whose policy is another.
  expect((await storedRows()).map(({ event }) => event.media)).toEqual(['3']);
});
