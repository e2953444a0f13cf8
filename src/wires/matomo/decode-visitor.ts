import { LIMITS } from '../../events/limits.ts';
import { type Parameters, valuesOf } from './query.ts';

/** How far a visitor's clock may be ahead, in milliseconds: it may have another time zone. */
const MAX_CLOCK_AHEAD_MS = 86_400_000;
const PLUGINS = ['fla', 'java', 'dir', 'qt', 'realp', 'pdf', 'wma', 'gears', 'ag'];

/** What a request tells of the visitor and the device, as `props` has it. Values that are malformed are left out. */
export function readVisitor(parameters: Parameters, now: number) {
  const { text, number } = valuesOf(parameters);
  const matching = (name: string, what: RegExp) => parameters.get(name)?.match(what)?.[0];
  const past = (name: string) => {
    const at = Number(matching(name, /^\d{1,10}$/)) * 1000;
    return at > 0 && at <= now + MAX_CLOCK_AHEAD_MS ? at : undefined;
  };
  const clock = ['h', 'm', 's'].map((name) => parameters.get(name) ?? '');
  const valid = clock.every((part, i) => /^\d{1,2}$/.test(part) && Number(part) < (i === 0 ? 24 : 60));
  const plugins = PLUGINS.filter((name) => parameters.get(name) === '1');
  const within = (name: string, max: number) => {
    const value = number(name);
    return value !== undefined && Math.abs(value) <= max ? value : undefined;
  };
  return {
    visits: matching('_idvc', /^\d{1,9}$/) && number('_idvc'),
    previous_visit: past('_viewts'),
    first_visit: past('_idts'),
    campaign: text('_rcn', LIMITS.text),
    campaign_keyword: text('_rck', LIMITS.text),
    resolution: matching('res', /^\d{1,5}[x×]\d{1,5}$/)?.replace('×', 'x'),
    local_time: valid ? clock.map((part) => part.padStart(2, '0')).join(':') : undefined,
    plugins: plugins.length ? plugins : undefined,
    language: matching('lang', /^[a-z\d*,;=. _-]{1,256}$/i),
    country: matching('country', /^[a-z]{2}$/i)?.toLowerCase(),
    region: matching('region', /^[a-z\d]{1,3}$/i),
    city: text('city', LIMITS.id),
    latitude: within('lat', 90),
    longitude: within('long', 180),
  };
}
