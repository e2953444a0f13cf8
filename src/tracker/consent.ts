import './browser.ts';
import type { Choice } from '../events/vocabulary.ts';

/** With `required`, events wait in memory until the visitor chooses. Nothing is read or stored before. */
export type Consent = Choice | 'required';

export interface ConsentOptions {
  /** What holds until the visitor chooses. The default is `granted`. Any other text holds events back, as `required` does. */
  consent?: Consent | undefined;
  /** `ignore` overrides Global Privacy Control. Otherwise the signal denies, whatever the page says. */
  gpc?: 'ignore' | undefined;
}

/** The consent that holds after a choice. A browser that sends Global Privacy Control has denied already. */
export function effectiveConsent(choice: Consent, gpc: ConsentOptions['gpc']): Consent {
  return gpc !== 'ignore' && navigator.globalPrivacyControl ? 'denied' : choice;
}
