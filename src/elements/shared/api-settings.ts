import type { Api } from '../../content/address.ts';
import { VitrineError } from '../../content/error.ts';
import { findTag } from '../../events/unclobbered.ts';

/**
 * The content API of an element and the key for it: the element's own `data-api` and `data-key`, else those of the page's
 * tag (`<script data-key="…" src="…/vitrine.js">`). The tag's API is the origin of its script unless `data-api` names another.
 * @throws {VitrineError} `markup`
 */
export function apiSettingsOf(element: HTMLElement): Api {
  const tag = findTag();
  const { key = tag?.dataset.key, api = tag?.dataset.api ?? (tag && new URL(tag.src).origin) } = element.dataset;
  if (!key || !api)
    throw new VitrineError('markup', `data-${key ? 'api' : 'key'}: is missing, here and on a script tag`);
  return { key, base: new URL(api, location.href).href };
}
