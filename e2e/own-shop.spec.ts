import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../tools/service.ts';
import { expect, test } from './story.ts';

/** "Your own shop in ten minutes", followed word by word; only folders, ports and the key are this test's own. */

const root = fileURLToPath(new URL('..', import.meta.url));

/** The blocks of code of that part of the README, by their language, in order. */
function readSection(): { sh: string[]; html: string[] } {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const [, section = ''] = /^## Your own shop in ten minutes$([\s\S]*?)^## /m.exec(readme) ?? [];
  const blocks = (language: string) =>
    [...section.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm'))].map(([, code = '']) => code);
  return { sh: blocks('sh'), html: blocks('html') };
}

/** Starts a command that goes on, in a group of its own: the command starts others. */
function startCommand(command: string, env: NodeJS.ProcessEnv) {
  const child = spawn('sh', ['-c', command], { cwd: root, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
  return { child, output: () => output };
}

async function endCommand(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return;
  const ended = once(child, 'close');
  process.kill(-child.pid, 'SIGTERM');
  await ended;
}

test('the README leads from a clone to a photo of one’s own, on a page of one’s own, and to its events', async ({
  page,
}) => {
  const folder = await mkdtemp(join(tmpdir(), 'vitrine-own-shop-'));
  const [servicePort, shopPort] = [await freePort(), await freePort()];
  const env = { ...process.env, VITRINE_DATA: join(folder, 'data'), PORT: String(servicePort) };
  const mine = (text: string) =>
    text
      .replaceAll(/\bmy-shop\b/g, join(folder, 'my-shop'))
      .replaceAll('localhost:8000', `localhost:${shopPort}`)
      .replaceAll('--port 8000', `--port ${shopPort}`)
      .replaceAll('127.0.0.1:4180', `127.0.0.1:${servicePort}`);
  const { sh, html } = readSection();
  const [setUp = '', fill = '', serveShop = '', tail = ''] = sh.map(mine);
  expect([sh.length, html.length]).toEqual([4, 1]);
  const running: ChildProcess[] = [];
  const complaints: string[] = [];
  page.on('console', (message) => {
    const { url } = message.location();
    // The page has no icon, which browsers ask for.
    if (message.type() === 'error' && !url.endsWith('/favicon.ico')) complaints.push(`${message.text()} ${url}`);
  });
  try {
    const lines = setUp.trim().split('\n');
    // What the end-to-end tests run was built before.
    expect([lines.shift(), lines.pop()]).toEqual(['npm ci && npm run build', 'npm run serve']);
    const shell = (command: string) => execFileSync('sh', ['-c', command], { cwd: root, env, encoding: 'utf8' });
    const [, key = ''] = /^([0-9a-f]{64})$/m.exec(lines.map(shell).join('\n')) ?? [];
    const service = startCommand('npm run serve', env);
    running.push(service.child);
    await expect.poll(service.output).toContain('Vitrine is running');
    expect(shell(fill)).toContain('1');
    const pageHtml = mine(html[0] ?? '').replace('YOUR_PUBLIC_KEY', key);
    await writeFile(join(folder, 'my-shop/index.html'), pageHtml);
    const shop = startCommand(serveShop, env);
    running.push(shop.child);
    await expect.poll(shop.output).toContain(String(shopPort));
    const watched = startCommand(tail, env);
    running.push(watched.child);

    await page.goto(`http://localhost:${shopPort}/`);
    const photo = page.locator('vitrine-carousel img');
    await expect(photo).toHaveCount(1);
    await expect.poll(() => photo.evaluate((one: HTMLImageElement) => one.naturalWidth)).toBeGreaterThan(0);
    await photo.click();
    await expect(page.getByText('The first coffee of the year').first()).toBeVisible();
    await expect.poll(watched.output).toMatch(/Z {2}media click +\d+ +http:\/\/localhost:\d+\/ {2}tracking\n/);
    expect(watched.output()).toMatch(/Z {2}widget render +- +http:\/\/localhost:\d+\/ {2}tracking\n/);
    expect(complaints).toEqual([]);
  } finally {
    for (const child of running.toReversed()) await endCommand(child);
    await rm(folder, { recursive: true, force: true });
  }
});
