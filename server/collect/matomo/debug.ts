import { PARAMETERS } from '../../../src/wires/matomo/fields.ts';
import type { Parameters } from '../../../src/wires/matomo/query.ts';
import type { Outcome } from './tracker.ts';

/** How a request was understood: each parameter with its effect, and the row that it became. */
export function explain(parameters: Parameters, outcome: Outcome) {
  const said = [...parameters].map(([name, value]) => ({
    name,
    value: name === 'token_auth' ? '…' : value,
    effect: effectOf(name.replace(/^dimension[1-9]\d{0,2}$/, 'dimensionN')),
  }));
  return {
    outcome: outcome.kind,
    ...(outcome.kind === 'ignored' && { reason: outcome.reason }),
    ...(outcome.kind === 'invalid' && { reason: outcome.detail }),
    ...(outcome.kind === 'taken' && { event: outcome.row }),
    parameters: said,
  };
}

function effectOf(name: string): string {
  return (Object.hasOwn(PARAMETERS, name) && PARAMETERS[name]) || 'none: unknown here';
}
