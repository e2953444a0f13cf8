import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { classOf, ELEMENTS } from '../../src/elements/registry.ts';
import { readElement } from './declarations.ts';
import { problemsOf, writeManifest, writeTables } from './elements.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const elements = Object.fromEntries(ELEMENTS.map((name) => [name, readElement(root + classOf(name))]));
const readme = readFileSync(`${root}README.md`, 'utf8');

const folder = mkdtempSync(join(tmpdir(), 'vitrine-elements-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** An element as it would be declared in a file. */
function declared(attributes: string, comment = '/** A box. */') {
  const path = join(folder, 'box.ts');
  writeFileSync(
    path,
    `const ATTRIBUTES = {${attributes}};\n${comment}\nexport class Box extends Element { static override properties = ATTRIBUTES; }\n`,
  );
  return readElement(path);
}

test.each(ELEMENTS)('the attributes and properties of %s are those that its class has', async (name) => {
  const { className, attributes } = elements[name] as (typeof elements)[string];
  const { [className]: Class } = await import(pathToFileURL(root + classOf(name)).href);
  expect(attributes.length).toBeGreaterThan(1);
  expect(attributes.map(({ attribute }) => attribute).sort()).toEqual(Class.observedAttributes.toSorted());
  for (const { attribute, property, reads } of attributes) {
    const options = Class.elementProperties.get(property);
    expect([attribute, reads]).toEqual([
      options.attribute ?? property.toLowerCase(),
      options.type?.name.toLowerCase() ?? 'string',
    ]);
  }
});

test('every attribute, event, part, custom property and method is described, and the README has a place for each element', () => {
  expect(problemsOf(readme, elements)).toEqual([]);
});

test('what has no description, and an element without a place in the README, is a problem', () => {
  const box = declared(
    '/** Its size. */ size: {} as Attribute<string>, /* Not for readers. */ depth: {} as Attribute<string>',
    '/**\n * A box.\n * @csspart lid\n */',
  );
  expect(problemsOf('', { box } as never)).toEqual([
    '<vitrine-box>: the attribute depth has no description.',
    '<vitrine-box>: @csspart lid has no description.',
    'README.md has no place for the attributes of box.',
  ]);
});

test('an attribute is described, typed and named in one place', () => {
  const box = declared(
    "/**\n * How wide it is,\n * in `px`.\n */\n maxWidth: { attribute: 'max-width', type: Number } as Attribute<number>",
  );
  expect(box.attributes).toEqual([
    {
      attribute: 'max-width',
      property: 'maxWidth',
      reads: 'number',
      type: 'number',
      description: 'How wide it is, in `px`.',
    },
  ]);
  expect(writeTables('<!-- attributes of box -->\nold\n<!-- /attributes of box -->\n', { box } as never)).toBe(
    '<!-- attributes of box -->\n| attribute | what it does |\n|---|---|\n| `max-width` | How wide it is, in `px`. |\n<!-- /attributes of box -->\n',
  );
  const { modules } = JSON.parse(writeManifest({ box } as never));
  expect(modules[0].declarations[0]).toMatchObject({
    tagName: 'vitrine-box',
    attributes: [{ name: 'max-width', fieldName: 'maxWidth', type: { text: 'number' } }],
    members: [{ kind: 'field', name: 'maxWidth', type: { text: 'number | null | undefined' } }],
  });
});

test('the manifest leads to the published modules, and says what elements dispatch, style and can do', () => {
  const { modules } = JSON.parse(writeManifest(elements));
  const { exports, files, customElements } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
  for (const name of ELEMENTS) {
    const paths = [exports[`./${name}/class`].default, exports[`./${name}`].default];
    expect(modules.map(({ path }: { path: string }) => `./${path}`)).toEqual(expect.arrayContaining(paths));
  }
  expect(files).toContain(customElements.replace('./', ''));
  const viewer = modules.find(({ path }: { path: string }) => path.endsWith('viewer-class.js')).declarations[0];
  expect(viewer).toMatchObject({
    tagName: 'vitrine-viewer',
    events: expect.arrayContaining([expect.objectContaining({ name: 'vitrine-shop' })]),
    cssParts: expect.arrayContaining([expect.objectContaining({ name: 'dialog' })]),
    cssProperties: expect.arrayContaining([expect.objectContaining({ name: '--vitrine-radius', default: '0.5rem' })]),
  });
  const methods = viewer.members.filter(({ kind }: { kind: string }) => kind === 'method');
  expect(methods.map(({ name }: { name: string }) => name)).toEqual(['show', 'close']);
});
