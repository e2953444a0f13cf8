import { VitrineError } from '../../content/error.ts';
import type { ElementError } from '../../events/dom.ts';

/** Dispatches an error as `vitrine-error` on the element. Development builds write it to the console, too. */
export function dispatchError(element: Element, error: unknown): void {
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
