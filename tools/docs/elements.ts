import type { ElementName } from '../../src/elements/registry.ts';
import { inCell } from './cell.ts';
import type { DeclaredElement } from './declarations.ts';

/** Writes what an element's source declares: `custom-elements.json` for editors, and the README's tables for people. */

export type Declared = Record<ElementName, DeclaredElement>;

/**
 * The Custom Elements Manifest of the package.
 * @see https://github.com/webcomponents/custom-elements-manifest
 */
export function writeManifest(elements: Partial<Declared>): string {
  const modules = Object.entries(elements).flatMap(([name, element]) => {
    const path = `dist/modules/${name}-class.js`;
    const { className } = element;
    return [
      {
        kind: 'javascript-module',
        path,
        declarations: [declarationOf(name, element)],
        exports: [{ kind: 'js', name: className, declaration: { name: className, module: path } }],
      },
      {
        kind: 'javascript-module',
        path: `dist/modules/${name}.js`,
        exports: [
          {
            kind: 'custom-element-definition',
            name: `vitrine-${name}`,
            declaration: { name: className, module: path },
          },
        ],
      },
    ];
  });
  return `${JSON.stringify({ schemaVersion: '2.1.0', modules }, null, 2)}\n`;
}

function declarationOf(name: string, { className, description, attributes, methods, tags }: DeclaredElement) {
  const tagged = (wanted: string) => tags.filter(({ tag }) => tag === wanted);
  const described = ({ name, description }: { name: string; description: string }) => ({ name, description });
  return {
    kind: 'class',
    name: className,
    description,
    customElement: true,
    tagName: `vitrine-${name}`,
    superclass: { name: 'LitElement', package: 'lit' },
    attributes: attributes.map(({ attribute, property, reads, description }) => ({
      name: attribute,
      fieldName: property,
      type: { text: reads },
      description,
    })),
    members: [
      ...attributes.map(({ attribute, property, type, description }) => ({
        kind: 'field',
        name: property,
        attribute,
        type: { text: `${type} | null | undefined` },
        description,
      })),
      ...methods.map(({ name, parameters, description }) => ({
        kind: 'method',
        name,
        parameters: parameters.map(({ name, type, optional }) => ({
          name,
          ...(type && { type: { text: type } }),
          ...(optional && { optional }),
        })),
        description,
      })),
    ],
    events: tagged('fires').map((event) => ({ ...described(event), type: { text: 'CustomEvent' } })),
    cssParts: tagged('csspart').map(described),
    cssProperties: tagged('cssproperty').map(({ name, description }) => {
      const [property = '', value] = name.replace(/^\[|\]$/g, '').split('=');
      return { name: property, ...(value && { default: value }), description };
    }),
  };
}

/** Replaces the table between `<!-- attributes of NAME -->` and `<!-- /attributes of NAME -->` for each element. */
export function writeTables(readme: string, elements: Partial<Declared>): string {
  return Object.entries(elements).reduce((text, [name, { attributes }]) => {
    const rows = attributes.map(({ attribute, description }) => `| \`${attribute}\` | ${inCell(description)} |`);
    const table = ['| attribute | what it does |', '|---|---|', ...rows].join('\n');
    return text.replace(placeOf(name), (_, before, after) => `${before}\n${table}\n${after}`);
  }, readme);
}

/** What is missing: a description of anything that an element declares, or an element's place in the README. */
export function problemsOf(readme: string, elements: Partial<Declared>): string[] {
  return Object.entries(elements).flatMap(([name, { attributes, methods, tags, ...element }]) => {
    const parts = [
      { what: 'the class', description: element.description },
      ...attributes.map(({ attribute, description }) => ({ what: `the attribute ${attribute}`, description })),
      ...methods.map(({ name, description }) => ({ what: `the method ${name}`, description })),
      ...tags
        .filter(({ tag }) => tag !== 'element')
        .map(({ tag, name, description }) => ({ what: `@${tag} ${name}`, description })),
    ];
    const undescribed = parts.filter(({ description }) => !description).map(({ what }) => what);
    return [
      ...undescribed.map((what) => `<vitrine-${name}>: ${what} has no description.`),
      ...(placeOf(name).test(readme) ? [] : [`README.md has no place for the attributes of ${name}.`]),
    ];
  });
}

function placeOf(name: string): RegExp {
  return new RegExp(`(<!-- attributes of ${name} -->).*?(<!-- /attributes of ${name} -->)`, 's');
}
