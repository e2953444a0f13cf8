import type { ViewerStrings } from './strings.ts';

export default {
  label: 'Kundenfotos',
  close: 'Schließen',
  previous: 'Voriges Foto',
  next: 'Nächstes Foto',
  position: (at, total) => `${at} von ${total}`,
  photoBy: (name) => (name ? `Foto von ${name}` : 'Foto'),
  shop: 'Zum Produkt',
} satisfies ViewerStrings;
