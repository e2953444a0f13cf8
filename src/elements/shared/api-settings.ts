import type { Api } from '../../content/address.ts';
import { VitrineError } from '../../content/error.ts';
import { findTag } from '../../events/unclobbered.ts';

/**
 * Which content API an element asks, with which token: its own `data-api` and `data-key`, else those of the page's
 * tag (`<script data-key="…" src="…/vitrine.js">`), whose own origin is the API unless it says another.
 * @throws {VitrineError} `markup`
 */
export function settingsOf(element: HTMLElement): Api {
  const tag = findTag();
  const { key = tag?.dataset.key, api = tag?.dataset.api ?? (tag && new URL(tag.src).origin) } = element.dataset;
  if (!key || !api)
    throw new VitrineError('markup', `data-${key ? 'api' : 'key'}: is missing, here and on a script tag`);
  return { key, base: new URL(api, location.href).href };
}
