import { execFile, execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startProcess } from '../../tools/service.ts';
import { ROOT } from '../config.ts';
import { FILE_STATUSES, statusFolder } from '../media/paths.ts';

let around: string;
let data: string;
beforeEach(async () => {
  around = await mkdtemp(join(tmpdir(), 'vitrine-private-'));
  chmodSync(around, 0o755);
  data = join(around, 'data');
});
afterEach(() => rm(around, { recursive: true, force: true }));

const run = promisify(execFile);
/** A command as its own process, whose user lets everybody read what he makes. */
const command = (script: string, ...args: string[]) =>
  run('sh', ['-c', 'umask 022; exec "$0" "$@"', process.execPath, script, ...args], {
    cwd: ROOT,
    env: { ...process.env, VITRINE_DATA: data, INIT_CWD: around },
  });
const admin = (...args: string[]) => command('server/cli/admin.ts', ...args);
const addShop = () => admin('customer', 'add', 'shop', '--name', 'Shop', '--domain', 'shop.example');

/** What is in a folder and others may read, write or enter; links are nobody's. */
function open(folder: string): string[] {
  const inside = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name));
  return [folder, ...inside].filter(
    (path) => !lstatSync(path).isSymbolicLink() && (lstatSync(path).mode & 0o077) !== 0,
  );
}

test('what admin, import and backup make is nobody else’s to read', async () => {
  await addShop();
  expect(existsSync(join(data, 'content.db'))).toBe(true);
  const folder = join(around, 'import');
  mkdirSync(folder);
  writeFileSync(join(folder, 'products.csv'), 'id,name,image\nmug,Mug,mug.jpg\n');
  copyFileSync(join(ROOT, 'demo/content/media/beach-mug.jpg'), join(folder, 'mug.jpg'));
  await command('server/cli/import.ts', folder, '--products', 'products.csv');
  await admin('totals', 'rebuild');
  await command('server/cli/backup.ts', 'monday');
  expect(existsSync(join(around, 'monday/content.db'))).toBe(true);
  expect(existsSync(join(data, 'media'))).toBe(true);
  expect([...open(data), ...open(join(around, 'monday'))]).toEqual([]);
});

test('a service tightens what an earlier version left open, and all that it makes is closed', async () => {
  await addShop();
  chmodSync(data, 0o755);
  chmodSync(join(data, 'content.db'), 0o644);
  // As a backup that was copied with other permissions has them.
  for (const status of FILE_STATUSES) {
    mkdirSync(join(statusFolder(data, status), 'ab'), { recursive: true });
    chmodSync(statusFolder(data, status), 0o755);
  }
  const service = await startProcess({ data });
  const modes = [
    '',
    'content.db',
    'events.db',
    'content.db-wal',
    'events.db-shm',
    'service.lock',
    'media',
    'pending',
    'rejected',
    'uploads',
  ].map((name) => [name, (statSync(join(data, name)).mode & 0o777).toString(8)]);
  await service.stop();
  expect(modes.filter(([, mode]) => mode !== '600' && mode !== '700')).toEqual([]);
});

test('a link is not followed, and a folder that holds other things stays open, with ours in it closed', async () => {
  await addShop();
  const foreign = join(around, 'foreign');
  writeFileSync(foreign, 'not ours');
  symlinkSync(foreign, join(data, 'demo.json'));
  writeFileSync(join(data, 'notes.txt'), 'not ours either');
  for (const path of [data, join(data, 'content.db'), join(data, 'notes.txt'), foreign]) chmodSync(path, 0o755);
  await admin('customer', 'list');
  expect(open(data).sort()).toEqual([data, join(data, 'notes.txt')]);
  expect(statSync(foreign).mode & 0o777).toBe(0o755);
});

/** Only root can become somebody else. */
const isRoot = process.getuid?.() === 0 && process.platform === 'linux';
const asNobody = (...words: string[]) =>
  execFileSync('setpriv', ['--reuid=65534', '--regid=65534', '--clear-groups', ...words], { stdio: 'pipe' });

test.runIf(isRoot)('another user of the machine reads no database', async () => {
  await addShop();
  expect(() => asNobody('cat', join(data, 'content.db'))).toThrow('Permission denied');
});

test.runIf(isRoot)('what belongs to somebody else and is open is told, and the command works', async () => {
  await addShop();
  mkdirSync(join(data, 'rejected'), { mode: 0o755 });
  for (const path of [data, ...readdirSync(data).map((name) => join(data, name))])
    if (!path.endsWith('rejected')) execFileSync('chown', ['65534:65534', path]);
  chmodSync(join(data, 'rejected'), 0o755);
  const script = `
    import { keepPrivate } from ${JSON.stringify(join(ROOT, 'server/store/data-folder.ts'))};
    keepPrivate(process.argv[1]);
    console.log('went on');`;
  const node = [process.execPath, '--input-type=module', '-e', script, data];
  const said = execFileSync('sh', [
    '-c',
    'exec "$@" 2>&1',
    'sh',
    'setpriv',
    '--reuid=65534',
    '--clear-groups',
    ...node,
  ]);
  expect(String(said)).toMatch(/rejected is open to other users of this machine.*\(EPERM\).*\nwent on\n$/);
});
