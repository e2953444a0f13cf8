import { ELEMENTS } from '../elements/registry.ts';
import { findAll, findTag } from '../events/unclobbered.ts';
import { dispatchError } from '../tracker/dispatch-error.ts';

/** Elements of the page that are searched for shadow roots. Further ones are skipped, so that the search is short. */
const MAX_SEARCHED = 20_000;

/**
 * Reports elements of the kit in open shadow roots of the page that are not defined. The loader observes only the document,
 * not its shadow roots. Nobody can search closed ones.
 */
export function reportShadowed(): void {
  const named = findTag()?.dataset.elements ?? '';
  const unseen = ELEMENTS.filter(
    (name) => !named.includes(name) && !customElements.get(`vitrine-${name}`) && !findAll(`vitrine-${name}`).length,
  );
  const roots = unseen.length ? openRoots() : [];
  const found = unseen.filter((name) => roots.some((root) => findAll(`vitrine-${name}`, root).length));
  if (found.length)
    dispatchError({
      code: 'markup',
      message: `<vitrine-${found[0]}> stands in a shadow root, where the tag does not look: add data-elements="${found.join(' ')}" to the tag`,
    });
}

/** The open shadow roots of the document, nested ones included, without those of the kit's own elements. */
function openRoots(): ShadowRoot[] {
  const roots: ShadowRoot[] = [];
  let left = MAX_SEARCHED;
  for (let root: Node | undefined = document, next = 0; root && left > 0; root = roots[next++]) {
    const elements = findAll('*', root).slice(0, left);
    left -= elements.length;
    for (const { localName, shadowRoot } of elements)
      if (shadowRoot && !localName.startsWith('vitrine-')) roots.push(shadowRoot);
  }
  return roots;
}
