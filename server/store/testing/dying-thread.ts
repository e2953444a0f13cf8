import { existsSync, writeFileSync } from 'node:fs';
import { workerData } from 'node:worker_threads';

/** The writer's thread, for a test: it dies when it has answered its first message and, started again, works. */

const died = `${workerData.path}.died`;
await import('../events/writing/writer-thread.ts');
workerData.port.on('message', () => {
  if (existsSync(died)) return;
  writeFileSync(died, '');
  process.exit(3);
});
