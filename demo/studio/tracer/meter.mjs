/** Exposure as a phone finds it: from the picture's own brightness. */
export function meter({ hdr }, ev = 0) {
  const lum = [];
  for (let k = 0; k < hdr.length; k += 3 * 97) lum.push(hdr[k] * 0.25 + hdr[k + 1] * 0.65 + hdr[k + 2] * 0.1);
  lum.sort((a, b) => a - b);
  const mean = lum.reduce((s, x) => s + Math.min(x, 2), 0) / lum.length,
    high = lum[(lum.length * 0.96) | 0];
  return Math.min(0.42 / mean, 1.3 / high) * 2 ** ev;
}
