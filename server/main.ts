import { enableCompileCache, flushCompileCache } from 'node:module';
import { join } from 'node:path';
import { ROOT, readConfig } from './config.ts';
import { reasonOf } from './reason.ts';

/**
 * `npm start`. Nobody is served until Node has taken the types out of some hundred files and compiled ten times as many.
 * After a crash that counts, so what it comes to is kept, for the threads of the service, too: beside what was installed,
 * where only those write who install. Where not even they may, each start takes as long as the first.
 */
process.env.NODE_COMPILE_CACHE ??= join(ROOT, 'node_modules/.cache/vitrine');
enableCompileCache();
try {
  const config = readConfig(process.env);
  const { serve } = await import('./serve.ts');
  await serve(config);
  // Node itself would write it at an orderly end, which a crash is not.
  flushCompileCache();
} catch (error) {
  console.error(reasonOf(error));
  process.exit(1);
}
