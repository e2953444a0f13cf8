import { afterEach, expect, test, vi } from 'vitest';
import { prefetchMedia } from './prefetch.ts';

afterEach(() => vi.unstubAllGlobals());

test('an answer that breaks off half-way troubles nobody', async () => {
  const broken = new ReadableStream({ start: (control) => control.error(new TypeError('cut')) });
  vi.stubGlobal('fetch', async () => new Response(broken));
  const uncaught = vi.fn((event: Event) => event.preventDefault());
  addEventListener('unhandledrejection', uncaught);
  const element = document.createElement('vitrine-carousel');
  element.setAttribute('stream-key', 'mug');
  prefetchMedia(element, { api: 'https://ugc.test', key: 'k' });
  await new Promise((resolve) => setTimeout(resolve, 100));
  removeEventListener('unhandledrejection', uncaught);
  expect(uncaught).not.toHaveBeenCalled();
});
