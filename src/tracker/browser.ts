/** Browser features that TypeScript's DOM library does not declare. Every use checks for support first. */

declare global {
  interface Document {
    /** Chromium: the page is rendered before the visitor asks for it. */
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
    /** https://whatpr.org/fetch/1647.html: a request that the browser sends after the end of the page. */
    fetchLater?(url: string, init: RequestInit & { activateAfter?: number }): { readonly activated: boolean };
  }
}

export type {};
