import type { Api } from '../../content/client.ts';
import { VitrineError } from '../../content/error.ts';

/**
 * Which content API an element asks, with which token: its own `data-api` and `data-key`, else those of the page's
 * tag (`<script data-key="…" src="…/vitrine.js">`), whose own origin is the API unless it says another.
 * @throws {VitrineError} `markup`
 */
export function settingsOf(element: HTMLElement): Api {
  const tag = document.querySelector<HTMLScriptElement>('script[data-key]');
  const key = element.dataset.key ?? tag?.dataset.key;
  if (!key) throw new VitrineError('markup', 'data-key: is missing, on the element and on a script tag');
  try {
    const base = element.dataset.api ?? tag?.dataset.api ?? tag?.src;
    return {
      key,
      base: base === tag?.src ? new URL(base as string).origin : new URL(base as string, location.href).href,
    };
  } catch {
    throw new VitrineError('markup', 'data-api: expected the URL of a content API');
  }
}
