/** The chunk of each wire. The tracking wire is in the chunk of the tracker, which every page has. */
export const WIRE_CHUNKS = {
  tracking: 'start',
  trackingGet: 'tracking-get',
  matomo: 'matomo',
  productEvents: 'product-events',
  activities: 'activities',
} as const;

/** Destinations by name, each with the options of its wire: `{ matomo: { url, idSite } }`. */
export type Destinations = { [N in keyof typeof WIRE_CHUNKS]?: object };
