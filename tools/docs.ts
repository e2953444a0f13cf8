import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { CONTENT_TAGS } from '../server/http/docs.ts';
import { openTestService } from '../server/testing.ts';
import { problemsOf, writeDocument } from './docs/content-api.ts';
import { type Endpoint, readEndpoints } from './docs/endpoints.ts';
import { type Report, readMarks } from './docs/marks.ts';
import { vitest } from './vitest.ts';

/**
 * `npm run docs`: writes `docs/content-api.md` from the schemas of the routes and the tests that show what their
 * parameters do. With `--check REPORT`, of a run of the unit tests, it writes nothing and says why the file is not true.
 */

const root = fileURLToPath(new URL('..', import.meta.url));
const file = join(root, 'docs/content-api.md');

const { values } = parseArgs({ options: { check: { type: 'string' } } });
const template = await readFile(new URL('./docs/content-api.template.md', import.meta.url), 'utf8');
const report = values.check === undefined ? await runTests() : await readReport(values.check);
const endpoints = await askService();
const marks = readMarks(report, root);
const problems = problemsOf(endpoints, marks);
const text = writeDocument(template, endpoints, marks);
if (values.check === undefined) {
  await mkdir(join(root, 'docs'), { recursive: true });
  await writeFile(file, text);
} else if (!existsSync(file) || (await readFile(file, 'utf8')) !== text)
  problems.push('docs/content-api.md is not what the tests say: npm run docs writes it.');

const rows = endpoints.reduce((sum, { parameters }) => sum + parameters.length, 0);
console.log(problems.join('\n') || `All ${rows} parameters of ${endpoints.length} endpoints are shown by tests.`);
process.exitCode = problems.length > 0 ? 1 : 0;

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
