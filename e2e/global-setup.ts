import { copyData, removeData, startService } from '../tools/service.ts';

/** Imports the demo content once; each worker's service then starts on a copy. */
export default async function setup(): Promise<() => Promise<void>> {
  const service = await startService();
  await service.stop();
  process.env.VITRINE_E2E_DATA = service.data;
  return () => removeData(service.data);
}

export function demoData(): Promise<string> {
  return copyData(process.env.VITRINE_E2E_DATA ?? '');
}
