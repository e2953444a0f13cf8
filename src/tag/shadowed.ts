import { ELEMENTS } from '../elements/registry.ts';
import { findAll, findTag } from '../events/unclobbered.ts';
import { report } from '../tracker/report.ts';

/** Elements of the page that are looked at, so that the look is short on a page of any size. */
const MAX_LOOKED_AT = 20_000;

/**
 * Says which of our elements stand in a component's shadow root and are not defined: the loader sees the document alone,
 * since nothing tells of what changes in shadow roots. Closed ones hide it from here, too.
 */
export function reportShadowed(): void {
  const named = findTag()?.dataset.elements ?? '';
  const unseen = ELEMENTS.filter(
    (name) => !named.includes(name) && !customElements.get(`vitrine-${name}`) && !findAll(`vitrine-${name}`).length,
  );
  const roots = unseen.length ? openRoots() : [];
  const found = unseen.filter((name) => roots.some((root) => findAll(`vitrine-${name}`, root).length));
  if (found.length)
    report({
      code: 'markup',
      message: `<vitrine-${found[0]}> stands in a shadow root, where the tag does not look: add data-elements="${found.join(' ')}" to the tag`,
    });
}

/** Open shadow roots of the document, and those within them; our own elements load by themselves what is in theirs. */
function openRoots(): ShadowRoot[] {
  const roots: ShadowRoot[] = [];
  let left = MAX_LOOKED_AT;
  for (let root: Node | undefined = document, next = 0; root && left > 0; root = roots[next++]) {
    const elements = findAll('*', root).slice(0, left);
    left -= elements.length;
    for (const { localName, shadowRoot } of elements)
      if (shadowRoot && !localName.startsWith('vitrine-')) roots.push(shadowRoot);
  }
  return roots;
}
