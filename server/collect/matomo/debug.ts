import { PARAMETERS } from '../../../src/wire/matomo.parameters.ts';
import type { Parameters } from '../../../src/wire/matomo.query.ts';
import type { Outcome } from './tracker.ts';

/** Parameters that the specification does not have and we read. */
const OURS: Record<string, string> = {
  event_id: 'the id of the event: a repeated one is stored once',
  vitrine: 'what the protocol has no word for',
  debug: 'this answer',
  ping: 'nothing is stored with 1',
};

/** How a request was understood: each parameter with its effect, and the row that it became. */
export function explain(parameters: Parameters, outcome: Outcome) {
  const effects = { ...OURS, ...PARAMETERS };
  const said = [...parameters].map(([name, value]) => ({
    name,
    value: name === 'token_auth' ? '…' : value,
    effect: Object.hasOwn(effects, name) ? effects[name] : 'none: unknown here',
  }));
  return {
    outcome: outcome.kind,
    ...(outcome.kind === 'ignored' && { reason: outcome.reason }),
    ...(outcome.kind === 'invalid' && { reason: outcome.detail }),
    ...(outcome.kind === 'taken' && { event: outcome.row }),
    parameters: said,
  };
}
