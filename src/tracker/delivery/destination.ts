import type { Wire } from '../../wires/wire.ts';
import type { Database } from '../database.ts';
import type { Outbox } from '../outbox.ts';
import type { Page } from '../page.ts';
import type { Row } from '../row.ts';
import { type Backoff, createBackoff } from './backoff.ts';

export interface DestinationOptions {
  /** Rows keep their state for the destination under this name. */
  name: string;
  wire: Wire;
  outbox: Outbox;
  database: Database;
  page: Page;
  /** Whether any event may leave the page. */
  canSend(): boolean;
}

/** One destination: what the stages of its delivery share. */
export interface Destination extends DestinationOptions {
  backoff: Backoff;
  /** Whether the last request failed. */
  isDown: boolean;
  lastUrl: string;
  /** Rows of beacons and deferred requests: the browser does not report whether they arrived. */
  handedOver: Row[];
  /** Whether a request to this destination may leave now. */
  canSend(): boolean;
}

export function createDestination(options: DestinationOptions): Destination {
  let isForbidden = false;
  const destination: Destination = {
    ...options,
    backoff: createBackoff(),
    isDown: false,
    lastUrl: '',
    handedOver: [],
    // A wire that is not idempotent settles an event before it is sent. Offline, the event would be lost.
    canSend: () => !isForbidden && options.canSend() && (options.wire.idempotent || navigator.onLine),
  };
  // The page's content security policy forbids the destination: every further request would write a line into the shop's
  // console. Safari reports an empty URI for a refused inline script, and every URL starts with the empty string.
  options.page.on('securitypolicyviolation', (event) => {
    const { disposition, blockedURI } = event as SecurityPolicyViolationEvent;
    if (disposition === 'enforce' && destination.lastUrl.startsWith(blockedURI || ' ')) isForbidden = true;
  });
  return destination;
}
