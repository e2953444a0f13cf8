import { type RunningService, removeData, startService } from '../tools/service.ts';
import { demoData } from './global-setup.ts';

/** Real services, one for each story, on its own copy of the demo. While a story is told, the service of the next starts. */
export class Services {
  #next: Promise<RunningService> | undefined;

  async take(): Promise<RunningService> {
    const taken = await (this.#next ?? start());
    this.#next = start();
    // Whoever takes it hears of it.
    this.#next.catch(() => undefined);
    return taken;
  }

  /** Ends the one that nobody took. */
  async close(): Promise<void> {
    const spare = await this.#next?.catch(() => undefined);
    await spare?.stop();
    if (spare) await removeData(spare.data);
  }
}

async function start(): Promise<RunningService> {
  return startService({ data: await demoData() });
}
