import { setTimeout } from 'node:timers/promises';
import type { ArrivedEvent } from '../store/events/reading/tail.ts';
import { openStores } from '../store/stores.ts';
import { escapeControls } from './terminal.ts';

const LOOK_EVERY_MS = 500;

export interface TailOptions {
  /** The data folder. */
  data: string;
  customerId: number;
  /** Is called with the line of each event. */
  show: (line: string) => void;
  /** Ends it. */
  signal: AbortSignal;
}

/** Shows the events of a customer as they are stored, one a line, until it is told to end. */
export async function tailEvents({ data, customerId, show, signal }: TailOptions): Promise<void> {
  const tail = openStores({ dataDir: data }).eventTail(customerId);
  try {
    while (!signal.aborted) {
      for (const event of await tail.next()) show(lineOf(event));
      await setTimeout(LOOK_EVERY_MS, undefined, { signal }).catch(() => {});
    }
  } finally {
    await tail.close();
  }
}

/** Of a page's address; what is longer is cut. */
const MAX_PAGE_CHARACTERS = 200;
/** As wide as most are, so that one stands below the other: kind and action, and the media. */
const WIDTHS = { what: 20, media: 6 };

/** `2026-11-29T13:09:56Z  media render  17  https://shop.example/mug  tracking`; what strangers wrote steers no terminal. */
function lineOf({ receivedAt, kind, action, mediaId, pageUrl, wire }: ArrivedEvent): string {
  const time = `${new Date(receivedAt).toISOString().slice(0, 19)}Z`;
  const what = escapeControls(action === null ? kind : `${kind} ${action}`).padEnd(WIDTHS.what);
  const media = escapeControls(mediaId ?? '-').padEnd(WIDTHS.media);
  const page = escapeControls((pageUrl ?? '-').slice(0, MAX_PAGE_CHARACTERS));
  return [time, what, media, page, escapeControls(wire)].join('  ');
}
