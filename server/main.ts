import nodeModule from 'node:module';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT, readConfig } from './config.ts';
import { reasonOf } from './reason.ts';

/**
 * `npm run serve`, and with `--demo` the last part of `npm start`. Nobody is served until Node has compiled a thousand
 * modules. After a crash that counts, so what it comes to is kept, for the threads of the service, too: beside what was
 * installed, where only those write who install. Where not even they may, each start takes as long as the first, as it
 * does before Node 22.10, which could not keep it.
 */
process.env.NODE_COMPILE_CACHE ??= join(ROOT, 'node_modules/.cache/vitrine');
const { enableCompileCache, flushCompileCache }: Partial<typeof nodeModule> = nodeModule;
enableCompileCache?.();
try {
  const { demo } = parseArgs({ options: { demo: { type: 'boolean', default: false } } }).values;
  const config = readConfig(process.env);
  const { serve } = await import('./serve.ts');
  await serve(config, { demo });
  // Node itself would write it at an orderly end, which a crash is not.
  flushCompileCache?.();
} catch (error) {
  console.error(reasonOf(error));
  process.exit(1);
}
