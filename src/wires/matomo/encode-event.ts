import { readDocument } from '../../events/unclobbered.ts';
import type { PageEvent, Segment, StampedEvent } from '../../events/vocabulary.ts';
import { actParameters, type Parameters } from './encode-act.ts';
import { measureLoad, type Timings, toWholeMs } from './timings.ts';
import { visitorId } from './visitor-id.ts';

/** The age past which an event is not sent. A server accepts a `cdt` of the last 24 hours without a token. */
const MAX_AGE_MS = 24 * 3_600_000 - 60_000;
/** The age up to which an event has no `cdt`: it happened when it arrives, so that a wrong clock does no harm. */
const MAX_UNDATED_MS = 10_000;

/** What all requests of a page have in common. */
export interface PageContext {
  idsite: string;
  uid?: string | undefined;
  /** When the page began, by the clock that gives events their time. */
  since?: number;
  dimensions?: ReadonlyMap<string, string>;
  /** The id of the view that loaded the page. Later views are of a single-page app, whose timings are not the page's. */
  load?: string;
}

/** One event as a query string; `undefined` where the protocol cannot express it, or where it is too old to be sent. */
export function encodeEvent(event: StampedEvent, page: PageContext, sentAt: number): string | undefined {
  const { idsite, uid, since = 0, dimensions } = page;
  const { id, at, pageUrl, pageReferrer, analyticsId, previousId: _, ...act } = event;
  const own = actParameters(act);
  if (!own || sentAt - at >= MAX_AGE_MS) return;
  const time = new Date(at);
  const parameters: Parameters = {
    idsite,
    rec: 1,
    apiv: 1,
    send_image: 0,
    rand: id.slice(-6),
    event_id: id,
    url: pageUrl,
    urlref: pageReferrer,
    _id: ownVisitor(idsite) ?? visitorId(analyticsId),
    uid: at < since ? undefined : uid,
    cdt: sentAt - at < MAX_UNDATED_MS ? undefined : Math.floor(at / 1000),
    h: time.getHours(),
    m: time.getMinutes(),
    s: time.getSeconds(),
    ...campaign(pageUrl),
    ...device(),
    ...(event.kind === 'page' && timings(event, page)),
    ...('segments' in event && dimensions && dimensionsOf(event.segments, dimensions)),
    ...own,
  };
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) query.append(name, String(value));
  return String(query);
}

/**
 * The visitor's id in the cookie `_pk_id.SITE.DOMAIN` of the protocol's own script. With another id, each shopper would
 * count twice. The tracker encodes an event only when consent allows it.
 */
function ownVisitor(idsite: string): string | undefined {
  if (!globalThis.document) return;
  try {
    const cookies = readDocument('cookie').split('; ');
    const own = cookies.find((cookie) => cookie.startsWith(`_pk_id.${idsite}.`));
    return /=([0-9a-f]{16})(?![0-9a-z])/.exec(own ?? '')?.[1];
  } catch {
    // A sandboxed frame may not read cookies.
  }
}

/** What a browser tells of the device. A header tells its name. */
function device(): Parameters {
  const { screen, navigator } = globalThis;
  return {
    res: screen && `${screen.width}x${screen.height}`,
    lang: navigator?.language,
    pdf: navigator?.pdfViewerEnabled ? 1 : undefined,
  };
}

/** The browser's timings of the view that loaded the page. Another view has the loading time that the page tells. */
function timings({ id, at, loadingTime }: StampedEvent & PageEvent, page: PageContext): Timings & Parameters {
  if (at >= (page.since ?? 0)) page.load ??= id;
  const measured = page.load === id ? measureLoad() : {};
  return measured.pf_srv === undefined ? { ...measured, pf_srv: toWholeMs(loadingTime) } : measured;
}

function dimensionsOf(segments: readonly Segment[], dimensions: ReadonlyMap<string, string>): Parameters {
  return Object.fromEntries(
    segments.flatMap(([key, value]) => {
      const name = dimensions.get(key);
      return name ? [[name, value]] : [];
    }),
  );
}

const CAMPAIGN = 'mtm_campaign matomo_campaign pk_campaign piwik_campaign utm_campaign utm_source utm_medium';
const KEYWORD = 'mtm_kwd matomo_kwd pk_kwd piwik_kwd utm_term';

/** The campaign that led to the page, by the query of its URL. The tracker keeps no fragment. */
function campaign(pageUrl = ''): Parameters {
  const query = new URLSearchParams(pageUrl.replace(/^[^?]*/, '').replaceAll('?', '&'));
  const find = (names: string) =>
    names
      .split(' ')
      .map((name) => query.get(name))
      .find(Boolean) ?? undefined;
  return { _rcn: find(CAMPAIGN), _rck: find(KEYWORD) };
}
