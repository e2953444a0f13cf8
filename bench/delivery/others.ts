import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { build, type Rolldown } from 'vite';
import type { Tracker } from './tracker.ts';

/** An act as another tracker's request tells it. */
interface Act {
  run: string;
  media: number;
}

/** What stands in for another tracker's collector: only what its tracker needs to be content. */
interface Collector {
  /** The acts of a request, none where it is about something else. */
  acts(asked: IncomingMessage, body: Buffer): Act[];
  /** What the real one answers when it has taken them. */
  answer: string;
}

const COLLECTORS: Record<string, Collector> = {
  snowplow: {
    acts: ({ url = '' }, body) =>
      url.startsWith('/com.snowplowanalytics.snowplow/tp2')
        ? (JSON.parse(body.toString()) as { data: SnowplowEvent[] }).data
            .filter(({ e }) => e === 'se')
            .map(({ se_ca, se_la }) => ({ run: se_ca, media: Number(se_la) }))
        : [],
    answer: 'ok',
  },
  posthog: {
    acts({ url = '' }, body) {
      if (!/^\/(e|i\/v0\/e|batch)\//.test(url)) return [];
      const told = JSON.parse(unpacked(url, body)) as PosthogEvent | PosthogEvent[] | { batch: PosthogEvent[] };
      const events = Array.isArray(told) ? told : 'batch' in told ? told.batch : [told];
      return events.filter(({ event }) => event === 'click').map(({ properties }) => properties);
    },
    answer: '{"status":"Ok"}',
  },
  segment: {
    acts({ url = '' }, body) {
      if (url === '/v1/t') return [(JSON.parse(body.toString()) as SegmentEvent).properties];
      if (url === '/v1/b') {
        return (JSON.parse(body.toString()) as { batch: SegmentEvent[] }).batch.map(({ properties }) => properties);
      }
      return [];
    },
    answer: '{"success":true}',
  },
};

/** An event of the kind `se`, which a shop structures; there are others. */
interface SnowplowEvent {
  e: string;
  se_ca: string;
  se_la: string;
}

interface PosthogEvent {
  event: string;
  properties: Act;
}

interface SegmentEvent {
  properties: Act;
}

/** The names that `--with` knows. */
export const OTHERS = Object.keys(COLLECTORS);

const folder = fileURLToPath(new URL('others', import.meta.url));

/** Installs the other trackers, in a folder of their own: nobody who works on this project needs them. */
export function installOthers(): void {
  const { status } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', folder], {
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error('The other trackers could not be installed.');
}

/** Another tracker, bundled as a shop would, and a stand-in for its collector. @param name one of `OTHERS` */
export async function startOther(name: string): Promise<Tracker> {
  const { acts, answer } = COLLECTORS[name] as Collector;
  const files = await bundle(name);
  const runs = new Map<string, Map<number, number>>();
  const collector = createServer(async (asked, answered) => {
    const body = await buffer(asked);
    answered.setHeader('access-control-allow-origin', asked.headers.origin ?? '*');
    answered.setHeader('access-control-allow-credentials', 'true');
    if (asked.method === 'OPTIONS') {
      answered.setHeader('access-control-allow-headers', asked.headers['access-control-request-headers'] ?? '');
      answered.setHeader('access-control-allow-methods', 'GET, POST').end();
      return;
    }
    for (const { run, media } of asked.method === 'POST' ? acts(asked, body) : []) {
      const stored = runs.get(run) ?? new Map<number, number>();
      runs.set(run, stored.set(media, (stored.get(media) ?? 0) + 1));
    }
    answered.setHeader('content-type', answer.startsWith('{') ? 'application/json' : 'text/plain').end(answer);
  });
  collector.listen(0, '127.0.0.1');
  await once(collector, 'listening');
  return {
    name,
    collector: `http://127.0.0.1:${(collector.address() as AddressInfo).port}`,
    shop(path, api) {
      if (path === '/') {
        const body = `<!doctype html><title>Shop</title><link rel="icon" href="data:,">
<script>
  var api = '${api}', ready = () => false;
  // A tracker that reports a page view at its start gets up to five seconds to complete that, before the case begins.
  var answered = () =>
    performance.now() > 5000 || performance.getEntriesByType('resource').some(({ name }) => name.startsWith(api));
</script>
<script type="module" src="/${name}.js"></script>`;
        return { type: 'text/html', body };
      }
      const body = files.get(path.slice(1));
      return body === undefined ? undefined : { type: 'text/javascript', body };
    },
    // A stand-in serves whoever asks.
    sellAt: () => {},
    stored: (run) => runs.get(run) ?? new Map(),
    async close() {
      collector.closeAllConnections();
      collector.close();
      await once(collector, 'close');
    },
  };
}

/** The page's modules by their names. */
async function bundle(name: string): Promise<Map<string, string>> {
  const { output } = (await build({
    root: folder,
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      modulePreload: false,
      rolldownOptions: {
        input: `${folder}/${name}.js`,
        output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  })) as Rolldown.RolldownOutput;
  return new Map(output.flatMap((file) => (file.type === 'chunk' ? [[file.fileName, file.code]] : [])));
}

/** PostHog sends JSON, or packs it in one of two ways. */
function unpacked(url: string, body: Buffer): string {
  if (body[0] === 0x1f && body[1] === 0x8b) return gunzipSync(body).toString();
  const text = body.toString();
  if (!url.includes('compression=base64')) return text;
  return Buffer.from(new URLSearchParams(text).get('data') ?? '', 'base64').toString();
}
