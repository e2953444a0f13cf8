import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';

const FORBIDDEN: [file: string, module: string, wall: number][] = [
  ['src/events', 'lit', 1],
  ['src/events', '../wires/wire.ts', 1],
  ['src/wires/matomo', '../../tracker/tracker.ts', 1],
  ['src/wires/matomo', '../../content/resources.ts', 1],
  ['src/wires/matomo', 'idb-keyval', 1],
  ['src/content/client', '../../wires/wire.ts', 1],
  ['src/content', '../elements/carousel/carousel.ts', 1],
  ['src/exposure', '../tracker/tracker.ts', 1],
  ['src/elements/carousel', '../../tracker/tracker.ts', 2],
  ['src/tracker', '../elements/carousel/carousel.ts', 2],
  ['src/tracker', '../../server/config.ts', 3],
  ['src/tag', '../../server/config.ts', 3],
  ['server/collect', '../../src/tracker/tracker.ts', 3],
  ['server/store', '../../src/elements/carousel/carousel.ts', 3],
  ['server/content', '../../src/content/client/client.ts', 3],
  ['server/store/content', '../../../src/content/client/client.ts', 3],
  ['server/collect', 'better-sqlite3', 4],
  ['server/content', 'kysely', 4],
];

const ALLOWED: [file: string, module: string][] = [
  ['src/wires', '../events/vocabulary.ts'],
  ['src/wires/matomo', '../../events/vocabulary.ts'],
  ['src/wires/matomo', '../wire.ts'],
  ['src/content/client', '../media/shown-media.ts'],
  ['src/tracker', '../wires/tracking/encode.ts'],
  ['src/elements/carousel', '../../exposure/exposure.ts'],
  ['src/tag', '../tracker/tracker.ts'],
  ['server/collect', '../../src/wires/tracking/encode.ts'],
  ['server/content', '../../src/content/resources.ts'],
  ['server/store/events', 'better-sqlite3'],
];

/** A tree with one file per case, under the project's own lint rules. */
const tree = mkdtempSync(join(tmpdir(), 'vitrine-walls-'));
const cases = [...FORBIDDEN, ...ALLOWED].map(([folder, module], i) => {
  const file = `${folder}/case${i}.ts`;
  mkdirSync(join(tree, dirname(file)), { recursive: true });
  writeFileSync(join(tree, file), `export * from '${module}';\n`);
  return file;
});
/** Two files in one folder, each of which imports a type of the other. */
for (const [one, other] of [
  ['Left', 'Right'],
  ['Right', 'Left'],
])
  writeFileSync(
    join(tree, `src/wires/matomo/${one}.ts`),
    `import type { ${other} } from './${other}.ts';\nexport interface ${one} {\n  member: ${other};\n}\n`,
  );
copyFileSync(fileURLToPath(new URL('../biome.json', import.meta.url)), join(tree, 'biome.json'));
const { stdout } = spawnSync('biome', ['lint', '--vcs-enabled=false', '--reporter=github', '--max-diagnostics=none'], {
  cwd: tree,
  encoding: 'utf8',
});
afterAll(() => rmSync(tree, { recursive: true }));

/** What lint says of the walls in one file. */
function said(file: string | undefined): string[] {
  return stdout.split('\n').filter((line) => line.includes(`${file},`) && line.includes('Wall'));
}

describe('the walls of the design', () => {
  test.each(FORBIDDEN.map((row, i) => [...row, cases[i]] as const))(
    '%s may not import %s (wall %i)',
    (_, __, wall, file) => {
      expect(said(file).join()).toMatch(new RegExp(`Walls? .*${wall}`));
    },
  );

  test.each(ALLOWED.map((row, i) => [...row, cases[FORBIDDEN.length + i]] as const))(
    '%s may import %s',
    (_, __, file) => {
      expect(said(file)).toEqual([]);
    },
  );
});

test.each(['Left', 'Right'])('a circular import is an error, of types too: %s', (file) => {
  const said = stdout.split('\n').filter((line) => line.includes('noImportCycles'));
  expect(said.join()).toContain(`src/wires/matomo/${file}.ts,`);
});
