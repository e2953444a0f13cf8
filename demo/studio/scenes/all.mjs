// Every customer picture, by file name, and what sort of file it becomes where that is not a plain JPEG.
import { tables } from './tables.mjs';
import { walls } from './walls.mjs';

export const scenes = { ...walls, ...tables };

const atSea = [49.2104, -14.5127]; // nobody lives there
export const files = {
  'mug-and-books': { format: 'png' },
  'tulips-pink': { format: 'png' },
  'croissant-marble': { format: 'png' },
  'berry-breakfast': { format: 'webp' },
  'three-on-a-shelf': { format: 'webp' },
  'lemons-marble': { format: 'webp' },
  'salad-outside': { format: 'avif' },
  'cookies-lamplight': { format: 'gif' },
  'unboxing-heron': { orientation: 6 },
  'eggs-hard-sun': { orientation: 8 },
  'breakfast-in-bed': { orientation: 6, gps: atSea },
  'beach-mug': { gps: atSea },
  'terrace-sunset': { gps: atSea },
  'daisies-by-the-sea': { gps: [-47.15, 126.72] },
};
