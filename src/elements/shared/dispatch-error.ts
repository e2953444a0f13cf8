import { VitrineError } from '../../content/error.ts';
import type { ElementError } from '../../events/dom.ts';

/** Says on the page what an element could not do, as `vitrine-error`, and in development builds on the console. */
export function report(element: Element, error: unknown): void {
  const { code, message, status }: ElementError =
    error instanceof VitrineError ? error : { code: 'malformed', message: String(error) };
  if (import.meta.env.DEV) console.error(`<${element.localName}> ${code}: ${message}`, element);
  element.dispatchEvent(
    new CustomEvent<ElementError>('vitrine-error', {
      bubbles: true,
      composed: true,
      detail: { code, message, ...(status && { status }) },
    }),
  );
}
