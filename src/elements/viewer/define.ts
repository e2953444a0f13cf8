import { VitrineViewer } from './viewer.ts';

// Another version of Vitrine on the page may have been first.
if (!customElements.get('vitrine-viewer')) customElements.define('vitrine-viewer', VitrineViewer);
