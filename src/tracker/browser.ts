/** What browsers have and TypeScript's DOM library does not know yet. Every use asks first whether it is there. */

declare global {
  interface Document {
    /** Chromium: the page is being rendered before anybody asked to see it. */
    prerendering?: boolean;
  }
  interface DocumentEventMap {
    freeze: Event;
    resume: Event;
    prerenderingchange: Event;
  }
  interface Navigator {
    /** https://w3c.github.io/gpc/ */
    readonly globalPrivacyControl?: boolean;
  }
  interface Window {
    /** https://whatpr.org/fetch/1647.html: a request that the browser sends when the page is gone. */
    fetchLater?(url: string, init: RequestInit & { activateAfter?: number }): { readonly activated: boolean };
  }
}

export type {};
