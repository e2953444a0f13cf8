import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureChromium } from './install-browser.ts';
import { vitest } from './vitest.ts';

/**
 * Runs everything that CI runs, one stage after the other, and goes on after a failure so that one run tells all.
 * Ends with `N passed, N failed` alone on a line; a stage that could not run its tests counts as one failure.
 */

interface Count {
  passed: number;
  failed: number;
}

const reports = await mkdtemp(join(tmpdir(), 'vitrine-test-'));
const total: Count = { passed: 0, failed: 0 };

ensureChromium();
await stage('Types of the kit', ['tsc', '-p', 'tsconfig.json']);
await stage('Types of the service, tools and tests', ['tsc', '-p', 'server/tsconfig.json']);
await stage('Lint, walls included', ['biome', 'check', '--error-on-warnings']);
await stage('Build', ['npm', 'run', '--silent', 'build']);
await stage('Unit tests', vitest('unit', reportOf('unit')), countVitest('unit'));
await stage('docs/content-api.md and docs/wires.md', ['node', 'tools/docs.ts', '--check', reportOf('unit')]);
await stage('Element tests in Chromium', vitest('elements', reportOf('elements')), countVitest('elements'));
await stage('End-to-end tests', ['playwright', 'test', '--reporter=list,json'], countPlaywright);
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
  const child = spawn(command, args, {
    stdio: 'inherit',
    env: { ...process.env, PLAYWRIGHT_JSON_OUTPUT_NAME: reportOf('e2e') },
  });
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

async function countPlaywright(): Promise<Count> {
  const report = await readReport(reportOf('e2e'));
  // `flaky` cannot occur: nothing is retried.
  return { passed: report?.stats?.expected ?? 0, failed: report?.stats?.unexpected ?? 0 };
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
