import './browser.ts';
import type { Choice } from '../events/vocabulary.ts';

export type Consent = Choice | 'pending';

export interface ConsentOptions {
  /** `required`: events wait in memory, and nothing is read or stored, until the visitor has chosen. */
  consent?: 'required' | Choice | undefined;
  /** `ignore` overrides Global Privacy Control, which otherwise denies, whatever else is said. */
  gpc?: 'ignore' | undefined;
}

/** What holds before the visitor chooses on this page. */
export function initialConsent({ consent, gpc }: ConsentOptions): Consent {
  return choose(consent === 'required' ? 'pending' : (consent ?? 'granted'), gpc);
}

/** What holds after a choice: a browser that sends Global Privacy Control has already said no. */
export function choose<C extends Consent>(choice: C, gpc: ConsentOptions['gpc']): C | 'denied' {
  return gpc !== 'ignore' && navigator.globalPrivacyControl ? 'denied' : choice;
}
