import { setTimeout } from 'node:timers/promises';
import type { ArrivedEvent } from '../store/events/reading/tail.ts';
import { openStores } from '../store/stores.ts';
import { escapeControls } from './terminal.ts';

const POLL_INTERVAL_MS = 500;

export interface TailOptions {
  /** The data folder. */
  dataDir: string;
  customerId: number;
  /** Called with the line of each event. */
  show: (line: string) => void;
  /** Ends it. */
  signal: AbortSignal;
}

/** Shows the events of a customer as they are stored, one line for each, until `signal` is aborted. */
export async function tailEvents({ dataDir, customerId, show, signal }: TailOptions): Promise<void> {
  const tail = openStores({ dataDir }).eventTail(customerId);
  try {
    while (!signal.aborted) {
      for (const event of await tail.next()) show(lineOf(event));
      await setTimeout(POLL_INTERVAL_MS, undefined, { signal }).catch(() => {});
    }
  } finally {
    await tail.close();
  }
}

/** The characters shown of a page's address; the rest is cut. */
const MAX_PAGE_CHARACTERS = 200;
/** The widths of the columns for kind and action, and for the media. Most values fit, so the columns are aligned. */
const WIDTHS = { what: 20, media: 6 };

/** `2026-11-29T13:09:56Z  media render  17  https://shop.example/mug  tracking`, with control characters escaped. */
function lineOf({ receivedAt, kind, action, mediaId, pageUrl, wire }: ArrivedEvent): string {
  const time = `${new Date(receivedAt).toISOString().slice(0, 19)}Z`;
  const what = escapeControls(action === null ? kind : `${kind} ${action}`).padEnd(WIDTHS.what);
  const media = escapeControls(mediaId ?? '-').padEnd(WIDTHS.media);
  const page = escapeControls((pageUrl ?? '-').slice(0, MAX_PAGE_CHARACTERS));
  return [time, what, media, page, escapeControls(wire)].join('  ');
}
