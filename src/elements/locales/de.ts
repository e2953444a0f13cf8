import type { Translation } from './translation.ts';

export default {
  carousel: {
    label: 'Fotos unserer Kundinnen und Kunden',
    carousel: 'Karussell',
    slide: 'Bild',
    previous: 'Vorige Fotos',
    next: 'Nächste Fotos',
    position: (at, total) => `${at} von ${total}`,
    showing: (from, to, total) => `Fotos ${from} bis ${to} von ${total}`,
    photoBy: (name) => (name ? `Foto von ${name}` : 'Foto'),
    video: 'Video',
    empty: 'Noch keine Fotos',
    failed: 'Die Fotos können gerade nicht gezeigt werden',
  },
  viewer: {
    label: 'Kundenfotos',
    close: 'Schließen',
    previous: 'Voriges Foto',
    next: 'Nächstes Foto',
    position: (at, total) => `${at} von ${total}`,
    photoBy: (name) => (name ? `Foto von ${name}` : 'Foto'),
    shop: 'Zum Produkt',
  },
} satisfies Translation;
