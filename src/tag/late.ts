import { reportShadowed } from './shadowed.ts';

/** What can wait until a second after the page has loaded: measuring it, and looking for what the loader did not see. */
export { reportVitals } from '../tracker/vitals.ts';

reportShadowed();
