import './browser.ts';
import type { Choice } from '../events/vocabulary.ts';

/** `required` is pending: events wait in memory, and nothing is read or stored, until the visitor has chosen. */
export type Consent = Choice | 'required';

export interface ConsentOptions {
  /** What holds until the visitor chooses; `granted` unless told. What is none of these holds back like `required`. */
  consent?: Consent | undefined;
  /** `ignore` overrides Global Privacy Control, which otherwise denies, whatever else is said. */
  gpc?: 'ignore' | undefined;
}

/** What holds after a choice: a browser that sends Global Privacy Control has already said no. */
export function consentAfter(choice: Consent, gpc: ConsentOptions['gpc']): Consent {
  return gpc !== 'ignore' && navigator.globalPrivacyControl ? 'denied' : choice;
}
