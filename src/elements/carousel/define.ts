import { VitrineCarousel } from './carousel.ts';

// Another version of Vitrine on the page may have been first.
if (!customElements.get('vitrine-carousel')) customElements.define('vitrine-carousel', VitrineCarousel);
