import { setTimeout as sleep } from 'node:timers/promises';
import { countWaitingForAvif } from '../server/store/testing/read-content.ts';

/**
 * Waits until the service on a data folder has made its AVIF files in the background: they are what browsers get from
 * then on, and making them takes a core for a minute or so, which whatever is measured beside it would miss.
 * @param data the folder
 */
export async function allPictures(data: string): Promise<void> {
  for (;;) {
    const media = countWaitingForAvif(data);
    process.stdout.write(`\r\x1b[2KWaiting for the AVIF of ${media} media`);
    if (media === 0) break;
    await sleep(1000);
  }
  process.stdout.write('\r\x1b[2K');
}
