/**
 * The elements of the kit. The build, the tag, the package's test and the documentation read this list. The name of an
 * element gives its tag (`vitrine-carousel`), its chunk, its entry of the package (`vitrine/carousel`) and its folder here.
 */
export const ELEMENTS = ['carousel', 'viewer'] as const;

export type ElementName = (typeof ELEMENTS)[number];

/** The module that defines the element, seen from the project's folder. */
export function entryOf(name: ElementName): string {
  return `src/elements/${name}/define.ts`;
}

/** The module that exports the element's class and defines nothing. */
export function classOf(name: ElementName): string {
  return `src/elements/${name}/${name}.ts`;
}
