// Edge-avoiding a-trous wavelets, steered by normal, plane and variance: the soft light of few rays, smoothed
// along surfaces and never across them.

const KERNEL = [1 / 16, 1 / 4, 3 / 8, 1 / 4, 1 / 16];

export function denoise(light, variance, pos, nor, w, h, levels = 5) {
  let a = light,
    va = variance;
  for (let level = 0; level < levels; level++) {
    const step = 1 << level,
      out = new Float32Array(a.length),
      vout = new Float32Array(va.length);
    for (let y = 0; y < h; y++)
      for (let x = 0; x < w; x++) {
        const k = y * w + x,
          o = k * 3;
        const nx = nor[o],
          ny = nor[o + 1],
          nz = nor[o + 2];
        if (!nx && !ny && !nz) continue;
        const lum = a[o] * 0.3 + a[o + 1] * 0.6 + a[o + 2] * 0.1;
        const sigma = 4 * Math.sqrt(blurred(va, x, y, w, h)) + 1e-3;
        let sum = 0,
          vsum = 0,
          r = 0,
          g = 0,
          b = 0;
        for (let j = -2; j <= 2; j++) {
          const py = y + j * step;
          if (py < 0 || py >= h) continue;
          for (let i = -2; i <= 2; i++) {
            const px = x + i * step;
            if (px < 0 || px >= w) continue;
            const kk = py * w + px,
              oo = kk * 3;
            const dot = nx * nor[oo] + ny * nor[oo + 1] + nz * nor[oo + 2];
            if (dot < 0.6) continue;
            const dx = pos[oo] - pos[o],
              dy = pos[oo + 1] - pos[o + 1],
              dz = pos[oo + 2] - pos[o + 2];
            const plane = Math.abs(dx * nx + dy * ny + dz * nz),
              dist = Math.sqrt(dx * dx + dy * dy + dz * dz) + 1e-4;
            const other = a[oo] * 0.3 + a[oo + 1] * 0.6 + a[oo + 2] * 0.1;
            const d2 = dot * dot,
              d4 = d2 * d2,
              d16 = d4 * d4 * d4 * d4;
            const wt =
              KERNEL[i + 2] *
              KERNEL[j + 2] *
              d16 *
              Math.exp(-Math.abs(lum - other) / sigma - plane / (dist * 0.35 + 0.001));
            sum += wt;
            vsum += wt * wt * va[kk];
            r += a[oo] * wt;
            g += a[oo + 1] * wt;
            b += a[oo + 2] * wt;
          }
        }
        out[o] = r / sum;
        out[o + 1] = g / sum;
        out[o + 2] = b / sum;
        vout[k] = vsum / (sum * sum);
      }
    a = out;
    va = vout;
  }
  return a;
}

function blurred(v, x, y, w, h) {
  let sum = 0,
    n = 0;
  for (let j = -1; j <= 1; j++)
    for (let i = -1; i <= 1; i++) {
      const px = x + i,
        py = y + j;
      if (px < 0 || py < 0 || px >= w || py >= h) continue;
      const k = i || j ? 1 : 2;
      sum += v[py * w + px] * k;
      n += k;
    }
  return sum / n;
}
