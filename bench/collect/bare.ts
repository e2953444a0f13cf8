import { parentPort, workerData } from 'node:worker_threads';
import { rowOf } from '../../server/collect/ingest/event-row.ts';
import { openRowWriter, rowValuesOf } from '../../server/store/testing/write-rows.ts';
import { decodeBulk } from '../../src/wires/tracking/decode.ts';
import { requests } from './events.ts';

/**
 * The bare rate, in a worker: the same events, already decoded, into the same tables, 1,000 a transaction. The first
 * fifth only warms the code, as the served ones do before they are measured.
 */
const { dataDir, count, perCommit } = workerData as { dataDir: string; count: number; perCommit: number };
const userAgent =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';
const rows = requests(count, 'k').flatMap((body) => {
  const bulk = decodeBulk(JSON.parse(body));
  if ('detail' in bulk) throw new Error(bulk.detail);
  return bulk.requests.map((read) => {
    if ('status' in read) throw new Error(read.detail);
    return rowValuesOf(1, rowOf(read.events[0].event, { receivedAt: Date.now(), sentAt: bulk.sentAt, userAgent }));
  });
});
const writer = openRowWriter(dataDir);
writer.write(rows.slice(0, rows.length / 5), perCommit);
const started = performance.now();
const accepted = writer.write(rows.slice(rows.length / 5), perCommit);
parentPort?.postMessage({ accepted, seconds: (performance.now() - started) / 1000 });
writer.close();
