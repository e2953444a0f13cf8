import { PARAMETERS } from '../../../src/wires/matomo/fields.ts';
import type { Parameters } from '../../../src/wires/matomo/query.ts';
import type { Outcome } from './outcome.ts';

/** The answer to `debug=1`: each parameter with its effect, the outcome, and the row. */
export function explain(parameters: Parameters, outcome: Outcome) {
  const explained = [...parameters].map(([name, value]) => ({
    name,
    value: name === 'token_auth' ? '…' : value,
    effect: effectOf(name.replace(/^dimension[1-9]\d{0,2}$/, 'dimensionN')),
  }));
  return {
    outcome: outcome.kind,
    ...(outcome.kind === 'ignored' && { reason: outcome.reason }),
    ...(outcome.kind === 'invalid' && { reason: outcome.detail }),
    ...(outcome.kind === 'stored' && { event: outcome.row }),
    parameters: explained,
  };
}

function effectOf(name: string): string {
  return (Object.hasOwn(PARAMETERS, name) && PARAMETERS[name]) || 'none: unknown here';
}
