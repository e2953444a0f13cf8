// Pictures as the tracer reads them: linear light, repeated, with a pyramid so that far prints do not glitter.

const LINEAR = new Float32Array(256).map((_, k) => {
  const c = k / 255;
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
});

/** From sRGB bytes (3 a pixel). */
export function texture(bytes, w, h) {
  let data = new Float32Array(w * h * 3);
  for (let k = 0; k < data.length; k++) data[k] = LINEAR[bytes[k]];
  const levels = [{ w, h, data }];
  while (w > 8 && h > 8) {
    const [nw, nh] = [w >> 1, h >> 1];
    const next = new Float32Array(nw * nh * 3);
    for (let y = 0; y < nh; y++)
      for (let x = 0; x < nw; x++)
        for (let c = 0; c < 3; c++) {
          const o = (y * 2 * w + x * 2) * 3 + c;
          next[(y * nw + x) * 3 + c] = (data[o] + data[o + 3] + data[o + w * 3] + data[o + w * 3 + 3]) / 4;
        }
    levels.push({ w: nw, h: nh, data: next });
    [w, h, data] = [nw, nh, next];
  }
  return { levels, w: levels[0].w, h: levels[0].h };
}

export const rgb = [0, 0, 0];

/** Reads into `rgb`; `texels` is how many texels of the full picture one sample covers. */
export function sample(tex, u, v, texels) {
  const k = texels > 1.4 ? Math.min(tex.levels.length - 1, Math.floor(Math.log2(texels) + 0.5)) : 0;
  const { w, h, data } = tex.levels[k];
  let x = (u - Math.floor(u)) * w - 0.5,
    y = (1 - (v - Math.floor(v))) * h - 0.5;
  const x0 = Math.floor(x),
    y0 = Math.floor(y);
  x -= x0;
  y -= y0;
  const xa = (x0 + w) % w,
    xb = (x0 + 1 + w) % w,
    ya = (y0 + h) % h,
    yb = (y0 + 1 + h) % h;
  const a = (ya * w + xa) * 3,
    b = (ya * w + xb) * 3,
    c = (yb * w + xa) * 3,
    d = (yb * w + xb) * 3;
  for (let i = 0; i < 3; i++) {
    const top = data[a + i] + (data[b + i] - data[a + i]) * x,
      low = data[c + i] + (data[d + i] - data[c + i]) * x;
    rgb[i] = top + (low - top) * y;
  }
}

/** sRGB hex to linear light. */
export function hex(s) {
  return [1, 3, 5].map((k) => LINEAR[parseInt(s.slice(k, k + 2), 16)]);
}
