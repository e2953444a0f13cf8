import { VitrineViewer } from './viewer.ts';

declare global {
  interface HTMLElementTagNameMap {
    'vitrine-viewer': VitrineViewer;
  }
}

// Another version of Vitrine on the page may have defined the element already.
if (!customElements.get('vitrine-viewer')) customElements.define('vitrine-viewer', VitrineViewer);
