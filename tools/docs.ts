import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { CONTENT_TAGS } from '../server/site/docs.ts';
import { openTestService } from '../server/testing/service.ts';
import { classOf, ELEMENTS } from '../src/elements/registry.ts';
import * as contentApi from './docs/content-api.ts';
import { readElement } from './docs/declarations.ts';
import * as elementsDocument from './docs/elements.ts';
import { type Endpoint, readEndpoints } from './docs/endpoints.ts';
import { type Report, readMarks, readProofs, readReadings } from './docs/marks.ts';
import * as wiresDocument from './docs/wires.ts';
import { vitest } from './vitest.ts';
import { namesOfWires } from './wires.ts';

/**
 * `npm run docs`: writes `docs/content-api.md` from the schemas of the routes and the tests that show what their
 * parameters do, `docs/wires.md` from the tables of the wires and the tests that prove them, and `custom-elements.json` and the
 * README's tables of attributes from the elements' sources. With `--report REPORT`, of
 * a run of the unit tests, it runs none itself; with `--check REPORT` it writes nothing and says why they are not true.
 */

const root = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({ options: { check: { type: 'string' }, report: { type: 'string' } } });
const given = values.check ?? values.report;
const report = given === undefined ? await runTests() : await readReport(given);

const endpoints = await askService();
const marks = readMarks(report, root);
const wires: wiresDocument.Known = {
  wires: await readTables('coverage', 'COVERAGE'),
  proofs: readProofs(report, root),
  fields: await readTables('fields', 'FIELDS'),
  readings: readReadings(report, root),
};
const elements = Object.fromEntries(ELEMENTS.map((name) => [name, readElement(join(root, classOf(name)))]));
const readme = await readFile(join(root, 'README.md'), 'utf8');
const problems = [
  ...contentApi.problemsOf(endpoints, marks),
  ...wiresDocument.problemsOf(wires),
  ...(await publish('content-api', (template) => contentApi.writeDocument(template, endpoints, marks))),
  ...(await publish('wires', (template) => wiresDocument.writeDocument(template, wires))),
  ...elementsDocument.problemsOf(readme, elements),
  ...(await writeOrCheck('README.md', elementsDocument.writeTables(readme, elements))),
  ...(await writeOrCheck('custom-elements.json', elementsDocument.writeManifest(elements))),
];

const rows = endpoints.reduce((sum, { parameters }) => sum + parameters.length, 0);
const all = `All ${rows} parameters of ${endpoints.length} endpoints are shown by tests, and what ${Object.keys(wires.wires).length} wires carry is proven.`;
console.log(problems.join('\n') || all);
process.exitCode = problems.length > 0 ? 1 : 0;

/** Writes a document from its template, or says that the one that is there is another. */
async function publish(name: string, write: (template: string) => string): Promise<string[]> {
  const template = await readFile(new URL(`./docs/${name}.template.md`, import.meta.url), 'utf8');
  await mkdir(join(root, 'docs'), { recursive: true });
  return writeOrCheck(`docs/${name}.md`, write(template));
}

/** Writes a file; with `--check`, says that the one that is there is another. */
async function writeOrCheck(path: string, text: string): Promise<string[]> {
  const file = join(root, path);
  if (values.check === undefined) {
    await writeFile(file, text);
    return [];
  }
  return existsSync(file) && (await readFile(file, 'utf8')) === text
    ? []
    : [`${path} is not what the tests and sources say: npm run docs writes it.`];
}

/** What the wires say of themselves: of each `src/wires/NAME/FILE.ts` there is, the constant that it exports. */
async function readTables<Table>(file: string, constant: string): Promise<Record<string, Table>> {
  const tables: Record<string, Table> = {};
  for (const name of await namesOfWires()) {
    const path = join(root, `src/wires/${name}/${file}.ts`);
    if (existsSync(path)) tables[name] = (await import(pathToFileURL(path).href))[constant];
  }
  return tables;
}

async function askService(): Promise<Endpoint[]> {
  const service = await openTestService();
  try {
    const openapi = await (await fetch(`${service.url}/docs/json`)).json();
    return readEndpoints(openapi, CONTENT_TAGS);
  } finally {
    await service.close();
  }
}

/** Tests that fail show nothing; what is left unshown is told in the end. */
async function runTests(): Promise<Report> {
  const folder = await mkdtemp(join(tmpdir(), 'vitrine-docs-'));
  try {
    const [command = '', ...args] = vitest('unit', join(folder, 'unit.json'));
    spawnSync(command, args, { cwd: root, stdio: 'inherit' });
    return await readReport(join(folder, 'unit.json'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function readReport(path: string): Promise<Report> {
  return JSON.parse(await readFile(path, 'utf8'));
}
