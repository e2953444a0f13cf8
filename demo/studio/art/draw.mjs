// Small tools for drawing SVG by code.

/** Seeded numbers: the same artwork on every run. */
export function dice(seed) {
  let s = (seed * 2654435761) >>> 0;
  const next = () => {
    s = (s + 0x6d2b79f5) >>> 0;
    let t = Math.imul(s ^ (s >>> 15), 1 | s);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return Object.assign(next, { in: (a, b) => a + (b - a) * next(), of: (list) => list[(next() * list.length) | 0] });
}

export const many = (n, f) => Array.from({ length: n }, (_, k) => f(k)).join('');
export const r1 = (x) => Math.round(x * 10) / 10;

/** Smooth path through points (Catmull-Rom as Bezier). */
export function curve(pts, closed = false) {
  const at = (k) => (closed ? pts[(k + pts.length) % pts.length] : pts[Math.max(0, Math.min(pts.length - 1, k))]);
  let d = `M${r1(pts[0][0])} ${r1(pts[0][1])}`;
  for (let k = 0; k < pts.length - (closed ? 0 : 1); k++) {
    const [a, b, c, e] = [at(k - 1), at(k), at(k + 1), at(k + 2)];
    d += `C${[b[0] + (c[0] - a[0]) / 6, b[1] + (c[1] - a[1]) / 6, c[0] - (e[0] - b[0]) / 6, c[1] - (e[1] - b[1]) / 6, c[0], c[1]].map(r1).join(' ')}`;
  }
  return d + (closed ? 'Z' : '');
}

/** A stroke with a swelling: outline round a line of points, width by position. */
export function brush(pts, width) {
  const l = [],
    r = [];
  pts.forEach((p, k) => {
    const a = pts[Math.max(0, k - 1)],
      b = pts[Math.min(pts.length - 1, k + 1)];
    const n = Math.hypot(b[0] - a[0], b[1] - a[1]) || 1,
      w = width(k / (pts.length - 1)) / 2;
    const [x, y] = [(-(b[1] - a[1]) / n) * w, ((b[0] - a[0]) / n) * w];
    l.push([p[0] + x, p[1] + y]);
    r.unshift([p[0] - x, p[1] - y]);
  });
  return curve([...l, ...r], true);
}

/** A sheet: paper tone with fibre, a rough edge for block printing (`cut`), the drawing on top. */
export function sheetOf(w, h, paper, body, defs = '') {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="0 0 ${w} ${h}"><defs>
<filter id="cut" x="-5%" y="-5%" width="110%" height="110%"><feTurbulence type="fractalNoise" baseFrequency="0.045" numOctaves="2" seed="4"/><feDisplacementMap in="SourceGraphic" scale="7" xChannelSelector="R" yChannelSelector="G"/></filter>
<filter id="ink" x="0" y="0" width="100%" height="100%"><feTurbulence type="fractalNoise" baseFrequency="0.55" numOctaves="2" seed="9"/><feColorMatrix values="0 0 0 0 1  0 0 0 0 0.97  0 0 0 0 0.9  0 0 0 9 -5.9"/><feComposite in2="SourceGraphic" operator="in"/><feMerge><feMergeNode in="SourceGraphic"/><feMergeNode/></feMerge></filter>
<filter id="fibre"><feTurbulence type="fractalNoise" baseFrequency="0.9 0.5" numOctaves="3" seed="2"/><feColorMatrix values="0 0 0 0 0.35  0 0 0 0 0.3  0 0 0 0 0.22  0 0 0 0.16 -0.02"/></filter>
${defs}</defs><rect width="${w}" height="${h}" fill="${paper}"/>${body}<rect width="${w}" height="${h}" filter="url(#fibre)" opacity="0.5"/></svg>`;
}
