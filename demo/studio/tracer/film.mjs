// The phone: lens blur by depth, a little bloom, tone curve, white balance, vignette and grain.

/** { hdr, depth, width, height } -> sRGB bytes. */
export function develop(
  { hdr, depth, width: w, height: h },
  {
    exposure = 1,
    wb = [1, 1, 1],
    focus = 0,
    blur = 0,
    grain = 0.009,
    vignette = 0.22,
    bloom = 0.06,
    saturation = 1,
    lift = 0.004,
    seed = 1,
  } = {},
) {
  let img = hdr;
  if (blur > 0) img = lens(img, depth, w, h, focus, blur * h);
  const glow = bloom > 0 ? bloomOf(img, w, h, exposure) : null;
  const out = Buffer.alloc(w * h * 3);
  let rs = (seed * 7919 + 17) >>> 0;
  const rnd = () => {
    rs = (rs * 1664525 + 1013904223) >>> 0;
    return rs / 4294967296 - 0.5;
  };
  let last = 0;
  for (let y = 0; y < h; y++)
    for (let x = 0; x < w; x++) {
      const o = (y * w + x) * 3;
      const dx = (x / w - 0.5) * 2,
        dy = (y / h - 0.5) * 2,
        v = 1 - vignette * ((dx * dx + dy * dy) / 2) ** 1.4;
      const c = [0, 1, 2].map((d) => (img[o + d] + (glow ? glow.at(x, y, d) * bloom : 0)) * exposure * wb[d] * v);
      const lum = c[0] * 0.25 + c[1] * 0.65 + c[2] * 0.1;
      // Neighbouring grains hang together a little, as after a phone's noise filter.
      last = last * 0.45 + (rnd() + rnd()) * 0.9;
      for (let d = 0; d < 3; d++) {
        const t = curve(Math.max(0, lum + (c[d] - lum) * saturation) + lift);
        out[o + d] = Math.max(0, Math.min(255, (t + (last + rnd() * 0.3) * grain) * 255 + rnd()));
      }
    }
  return out;
}

// Gentle shoulder: straight to about 0.6, then rolls off; encoded as sRGB.
function curve(x) {
  x *= 0.92;
  const t = x < 0.55 ? x : 0.55 + 0.45 * (1 - Math.exp(-(x - 0.55) / 0.45));
  const e = t <= 0.0031308 ? t * 12.92 : 1.055 * t ** (1 / 2.4) - 0.055;
  return e + 0.035 * Math.sin((e - 0.5) * Math.PI * 2) * (e > 0 ? 1 : 0); // a touch of contrast
}

function lens(img, depth, w, h, focus, strength) {
  const out = new Float32Array(img.length),
    max = Math.max(2, h / 60);
  const coc = new Float32Array(w * h);
  for (let k = 0; k < coc.length; k++)
    coc[k] = Math.min(max, Math.abs(1 / focus - 1 / Math.max(0.05, depth[k])) * strength);
  const taps = Array.from({ length: 44 }, (_, k) => {
    const a = k * 2.39996,
      r = Math.sqrt((k + 0.5) / 44);
    return [Math.cos(a) * r, Math.sin(a) * r, r];
  });
  for (let y = 0; y < h; y++)
    for (let x = 0; x < w; x++) {
      const k = y * w + x,
        mine = coc[k];
      let r = img[k * 3],
        g = img[k * 3 + 1],
        b = img[k * 3 + 2],
        sum = 1;
      // Reach as far as any blurred thing near could spread over this pixel.
      const reach = Math.max(
        mine,
        coc[Math.min(h - 1, y + (max >> 1)) * w + x],
        coc[Math.max(0, y - (max >> 1)) * w + x],
        coc[y * w + Math.min(w - 1, x + (max >> 1))],
        coc[y * w + Math.max(0, x - (max >> 1))],
      );
      if (reach > 0.7)
        for (const [tx, ty, tr] of taps) {
          const px = Math.round(x + tx * reach),
            py = Math.round(y + ty * reach);
          if (px < 0 || py < 0 || px >= w || py >= h) continue;
          const q = py * w + px;
          // What lies behind does not bleed over what is sharp in front of it.
          const c = depth[q] > depth[k] + 0.02 ? Math.min(coc[q], mine) : coc[q];
          const wt = Math.max(0, Math.min(1, c - tr * reach + 1));
          if (!wt) continue;
          r += img[q * 3] * wt;
          g += img[q * 3 + 1] * wt;
          b += img[q * 3 + 2] * wt;
          sum += wt;
        }
      out[k * 3] = r / sum;
      out[k * 3 + 1] = g / sum;
      out[k * 3 + 2] = b / sum;
    }
  return out;
}

function bloomOf(img, w, h, exposure) {
  const q = 8,
    bw = Math.ceil(w / q),
    bh = Math.ceil(h / q);
  let a = new Float32Array(bw * bh * 3);
  for (let y = 0; y < h; y++)
    for (let x = 0; x < w; x++) {
      const o = (y * w + x) * 3,
        p = (((y / q) | 0) * bw + ((x / q) | 0)) * 3;
      for (let d = 0; d < 3; d++) a[p + d] += Math.max(0, img[o + d] - 0.35 / exposure) / (q * q);
    }
  for (let pass = 0; pass < 6; pass++) {
    const b = new Float32Array(a.length),
      r = 3;
    for (let y = 0; y < bh; y++)
      for (let x = 0; x < bw; x++)
        for (let d = 0; d < 3; d++) {
          let s = 0;
          for (let k = -r; k <= r; k++)
            s +=
              pass & 1
                ? a[(Math.max(0, Math.min(bh - 1, y + k)) * bw + x) * 3 + d]
                : a[(y * bw + Math.max(0, Math.min(bw - 1, x + k))) * 3 + d];
          b[(y * bw + x) * 3 + d] = s / (r * 2 + 1);
        }
    a = b;
  }
  return {
    at(x, y, d) {
      const fx = Math.max(0, Math.min(bw - 1.001, x / q - 0.5)),
        fy = Math.max(0, Math.min(bh - 1.001, y / q - 0.5)),
        x0 = fx | 0,
        y0 = fy | 0,
        u = fx - x0,
        v = fy - y0;
      const g = (i, j) => a[(Math.min(bh - 1, j) * bw + Math.min(bw - 1, i)) * 3 + d];
      return (
        (g(x0, y0) * (1 - u) + g(x0 + 1, y0) * u) * (1 - v) + (g(x0, y0 + 1) * (1 - u) + g(x0 + 1, y0 + 1) * u) * v
      );
    },
  };
}
