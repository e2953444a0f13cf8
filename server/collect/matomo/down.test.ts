import { expect, test } from 'vitest';
import { refusingStore, unavailable } from '../../store/testing/refusing-store.ts';
import { openTestService, SHOP_ORIGIN } from '../../testing/service.ts';

test('a store that is full is answered 503', async () => {
  const service = await openTestService({ events: refusingStore(unavailable('full')) });
  try {
    const headers = { origin: SHOP_ORIGIN };
    for (const body of [undefined, '{"requests":["?idsite=1&rec=1"]}']) {
      const response = await fetch(`${service.url}/matomo.php?idsite=1&rec=1`, {
        headers,
        ...(body && { method: 'POST', body }),
      });
      expect([response.status, response.headers.get('retry-after')]).toEqual([503, '2']);
      expect(response.headers.get('access-control-allow-origin')).toBe(SHOP_ORIGIN);
    }
  } finally {
    await service.close();
  }
});
