import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureChromium, ensureFfmpeg, ensureFirefox } from './install.ts';
import { vitest } from './vitest.ts';

/**
 * Runs everything that CI runs, one stage after the other, and goes on after a failure so that one run tells all.
 * Ends with `N passed, N failed` alone on a line; a stage that could not run its tests counts as one failure.
 *
 * `--all` runs what needs a browser in Firefox too.
 */

interface Count {
  passed: number;
  failed: number;
}

const reports = await mkdtemp(join(tmpdir(), 'vitrine-test-'));
const total: Count = { passed: 0, failed: 0 };

ensureChromium();
ensureFfmpeg();
if (process.argv.includes('--all')) ensureFirefox();
await stage('Types of the kit', ['tsc', '-p', 'tsconfig.json']);
await stage('Types of the service, tools and tests', ['tsc', '-p', 'server/tsconfig.json']);
await stage('Lint, walls included', ['biome', 'check', '--error-on-warnings']);
await stage('Build', ['npm', 'run', '--silent', 'build']);
await stage('Unit tests', vitest('unit', reportOf('unit')), countVitest('unit'));
await stage('Generated documents', ['node', 'tools/docs.ts', '--check', reportOf('unit')]);
await stage('Element tests in Chromium', vitest('elements', reportOf('elements')), countVitest('elements'));
await stage('End-to-end tests in Chromium', endToEnd('chromium'), countPlaywright('chromium'));
if (process.argv.includes('--all')) {
  await stage(
    'Element tests in Firefox',
    vitest('elements-firefox', reportOf('elements-firefox')),
    countVitest('elements-firefox'),
  );
  await stage('End-to-end tests in Firefox', endToEnd('firefox'), countPlaywright('firefox'));
}
await rm(reports, { recursive: true });

console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed ? 1 : 0;

async function stage(title: string, [command = '', ...args]: string[], count?: () => Promise<Count>): Promise<void> {
  console.log(`\n── ${title}`);
  const started = performance.now();
  const code = await run(command, args);
  const result = (await count?.()) ?? { passed: 0, failed: 0 };
  // A stage without tests of its own counts as one; so does one that failed beyond what its tests say.
  if (code === 0 && !count) result.passed = 1;
  if (code !== 0 && result.failed === 0) result.failed = 1;
  if (code === 0 && count && result.passed === 0) result.failed = 1;
  total.passed += result.passed;
  total.failed += result.failed;
  console.log(
    `   ${result.passed} passed, ${result.failed} failed in ${((performance.now() - started) / 1000).toFixed(1)} s`,
  );
}

function run(command: string, args: string[]): Promise<number> {
  const child = spawn(command, args, { stdio: 'inherit' });
  return new Promise((resolve) => {
    child.on('error', () => resolve(1));
    child.on('close', (code) => resolve(code ?? 1));
  });
}

function countVitest(project: string): () => Promise<Count> {
  return async () => {
    const report = await readReport(reportOf(project));
    return { passed: report?.numPassedTests ?? 0, failed: report?.numFailedTests ?? 0 };
  };
}

/** The command that runs the end-to-end tests in a browser and writes their report, as JSON, to a file. */
function endToEnd(project: string): string[] {
  const named = `PLAYWRIGHT_JSON_OUTPUT_NAME=${reportOf(project)}`;
  return ['env', named, 'playwright', 'test', `--project=${project}`, '--reporter=list,json'];
}

function countPlaywright(project: string): () => Promise<Count> {
  return async () => {
    const report = await readReport(reportOf(project));
    // `flaky` cannot occur: nothing is retried.
    return { passed: report?.stats?.expected ?? 0, failed: report?.stats?.unexpected ?? 0 };
  };
}

function reportOf(name: string): string {
  return join(reports, `${name}.json`);
}

async function readReport(path: string) {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return undefined;
  }
}
