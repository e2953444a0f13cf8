import { reportShadowed } from './shadowed.ts';

/** What can wait until after the load of the page: its web vitals, and the search for elements that the loader cannot see. */
export { reportVitals } from '../tracker/vitals.ts';

reportShadowed();
