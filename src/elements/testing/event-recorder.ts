import { inject } from 'vitest';
import type { Logged } from '../../content/testing/answers.ts';
import { type ActEvent, eventName } from '../../events/dom.ts';
import { MEDIA_ACTIONS, type MediaEvent, WIDGET_ACTIONS, type WidgetEvent } from '../../events/vocabulary.ts';

type Act = WidgetEvent | MediaEvent;

/** Everything that reaches `window` while a test runs, as a tracker would hear it. */
export class Hearing {
  readonly acts: Act[] = [];
  readonly errors: string[] = [];
  readonly #end = new AbortController();

  /** @param heard whether to take the acts, as a tracker does */
  constructor(heard = true) {
    const options = { capture: true, signal: this.#end.signal };
    for (const name of new Set([...WIDGET_ACTIONS, ...MEDIA_ACTIONS].map(eventName)))
      window.addEventListener(
        name,
        (event) => {
          if (heard) (event as ActEvent).heard = true;
          this.acts.push((event as ActEvent<Act>).detail);
        },
        options,
      );
    window.addEventListener(
      'vitrine-error',
      ({ detail }) => this.errors.push(`${detail.code}: ${detail.message}`),
      options,
    );
  }

  /** `render` of the widget, `click 101` of a media; without the renders of media that happen to be seen meanwhile. */
  get said(): string[] {
    return this.acts.flatMap((act) => {
      if (act.kind === 'widget') return [act.action];
      return act.action === 'render' ? [] : [`${act.action} ${act.media}`];
    });
  }

  get seen(): string[] {
    return this.acts.flatMap((act) => (act.kind === 'media' && act.action === 'render' ? [act.media] : []));
  }

  end(): void {
    this.#end.abort();
  }
}

let keys = 0;

/** A key of its own for each element, by which the fixture tells requests apart. */
export function settings(scenario = 'shop'): { attributes: string; requests: () => Promise<Logged[]> } {
  const key = `element-${++keys}-${Math.random()}`;
  const api = inject('contentApi');
  return {
    attributes: `data-key="${key}" data-api="${api}/${scenario}"`,
    requests: async () => (await fetch(`${api}/log?auth_token=${key}`)).json(),
  };
}
