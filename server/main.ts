import nodeModule from 'node:module';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT, readConfig } from './config.ts';
import { reasonOf } from './reason.ts';

/**
 * `npm run serve`, and with `--demo` the last part of `npm start`. A start compiles a thousand modules, which delays the
 * restart after a crash. So the compiled code is cached, also for the service's threads, in `node_modules`, which only
 * whoever installs the service can write. Where that is not writable, and before Node 22.10, which has no such cache,
 * every start takes as long as the first.
 */
process.env.NODE_COMPILE_CACHE ??= join(ROOT, 'node_modules/.cache/vitrine');
const { enableCompileCache, flushCompileCache }: Partial<typeof nodeModule> = nodeModule;
enableCompileCache?.();
try {
  const { demo } = parseArgs({ options: { demo: { type: 'boolean', default: false } } }).values;
  const config = readConfig(process.env);
  const { serve } = await import('./serve.ts');
  await serve(config, { demo });
  // Node itself writes the cache only at an orderly exit, which a crash is not.
  flushCompileCache?.();
} catch (error) {
  console.error(reasonOf(error));
  process.exit(1);
}
