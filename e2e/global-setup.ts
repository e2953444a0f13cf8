import { buildServer } from '../tools/build-server.ts';
import { copyData, removeData, startService } from '../tools/service.ts';

/** Builds the service and imports the demo content once; each worker's service then starts on a copy. */
export default async function setup(): Promise<() => Promise<void>> {
  await buildServer();
  const service = await startService();
  await service.stop();
  process.env.VITRINE_E2E_DATA = service.data;
  return () => removeData(service.data);
}

export function demoData(): Promise<string> {
  return copyData(process.env.VITRINE_E2E_DATA ?? '');
}
