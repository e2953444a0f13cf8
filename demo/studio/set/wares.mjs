// Tideline's twelve products as things that can stand in a room. Metres, standing on y = 0.
import { box, lathe, place, quad, sheet, tube } from '../tracer/mesh.mjs';
import { paint, tiled } from './surfaces.mjs';

const GLAZE = { spec: 0.05, rough: 0.03 };
const disc = (m, r, y) =>
  sheet(m, 48, 1, (u, v) => [Math.sin(u * 6.28319) * r * (v || 1e-4), y, Math.cos(u * 6.28319) * r * (v || 1e-4)], {
    uv: (u, v) => [0.5 + (Math.sin(u * 6.28319) * v) / 2, 0.5 + (Math.cos(u * 6.28319) * v) / 2],
  });
const flatUv = (part, r) => {
  for (let k = 0; k < part.t.length / 2; k++) {
    part.t[k * 2] = 0.5 + part.p[k * 3] / r / 2;
    part.t[k * 2 + 1] = 0.5 - part.p[k * 3 + 2] / r / 2;
  }
  return part;
};

/** Moulding, mount and glass round a print. w, h: the print's. */
export function framed(
  T,
  name,
  w = 0.4,
  h = 0.5,
  { wood = paint('#1d1c1b', { spec: 0.04, rough: 0.5 }), mount = 0.05, bar = 0.018, deep = 0.028, glass = true } = {},
) {
  const W = w + mount * 2,
    H = h + mount * 2,
    art = { tex: T[name], ...(glass ? { spec: 0.035, rough: 0 } : {}) };
  return [
    place(box(wood, W + bar * 2, bar, deep), { at: [0, 0, deep / 2] }),
    place(box(wood, W + bar * 2, bar, deep), { at: [0, H + bar, deep / 2] }),
    place(box(wood, bar, H, deep), { at: [-W / 2 - bar / 2, bar, deep / 2] }),
    place(box(wood, bar, H, deep), { at: [W / 2 + bar / 2, bar, deep / 2] }),
    ...(mount
      ? [place(quad(paint('#f6f3ea', glass ? { spec: 0.035 } : {}), W, H), { at: [0, bar, deep * 0.45] })]
      : []),
    place(quad(art, w, h), { at: [0, bar + mount, deep * 0.45 + 0.0004] }),
    place(box(paint('#8a7a66'), W, H, 0.004), { at: [0, bar, 0.003] }),
  ];
}

/** A bare sheet that will not lie quite flat; `tape` holds its corners. */
export function sheetOnWall(T, name, w, h, { tape = '#e8d9a8', curl = tape ? 0.0015 : 0.012, clips = false } = {}) {
  const at = (u, v) => [
    (u - 0.5) * w,
    v * h,
    0.003 + curl * (Math.sin(u * Math.PI) * 0.25 + (2 * u - 1) ** 4 * (1 - v) ** 3 + (1 - v) ** 6 * 0.6),
  ];
  const parts = [sheet({ tex: T[name] }, 24, 24, at)];
  const fix = (x, y, r) => place(box(paint(tape), 0.05, 0.016, 0.001), { at: [x, y, 0.0055], rz: r });
  if (tape)
    parts.push(
      fix(-w / 2 + 0.01, h - 0.018, 45),
      fix(w / 2 - 0.01, h - 0.018, -45),
      fix(-w / 2 + 0.01, 0.004, -43),
      fix(w / 2 - 0.01, 0.004, 46),
    );
  if (clips)
    for (const x of [-w * 0.32, w * 0.32])
      parts.push(
        place(box(paint('#1c1c1c', { spec: 0.06, rough: 0.2 }), 0.032, 0.03, 0.016), { at: [x, h - 0.02, 0.008] }),
        place(
          tube(
            paint('#c9c9c9', { spec: 0.5, rough: 0.1 }),
            [
              [x, h, 0.01],
              [x + 0.012, h + 0.03, 0.008],
              [x - 0.012, h + 0.03, 0.008],
              [x, h, 0.01],
            ],
            0.0012,
            { seg: 6 },
          ),
        ),
      );
  return parts;
}

/** Poster between two magnetic bars on a cord. */
export function hung(T, name, w, h, wood) {
  const rod = (y) => place(box(wood, w + 0.01, 0.02, 0.014), { at: [0, y, 0.01] });
  return [
    sheet({ tex: T[name] }, 16, 16, (u, v) => [(u - 0.5) * w, v * h, 0.009 + 0.004 * Math.sin(v * Math.PI)]),
    rod(h - 0.01),
    rod(-0.01),
    tube(
      paint('#3a332b'),
      [
        [-w * 0.42, h + 0.01, 0.01],
        [0, h + 0.14, 0.004],
      ],
      0.0015,
      { seg: 6, steps: 1 },
    ),
    tube(
      paint('#3a332b'),
      [
        [0, h + 0.14, 0.004],
        [w * 0.42, h + 0.01, 0.01],
      ],
      0.0015,
      { seg: 6, steps: 1 },
    ),
  ];
}

export function mug(T, { fill = 'coffee' } = {}) {
  const clay = paint('#efe9dc', GLAZE),
    out = lathe({ tex: T.ripple, ...GLAZE }, [
      [0.033, 0],
      [0.0385, 0.004],
      [0.0415, 0.02],
      [0.043, 0.05],
      [0.0428, 0.075],
      [0.042, 0.092],
    ]);
  const drink = {
    coffee: paint('#2a140a', { spec: 0.05, rough: 0.01 }),
    tea: paint('#8a3f12', { spec: 0.05, rough: 0.01 }),
    latte: { tex: T.latte, spec: 0.02, rough: 0.1 },
  }[fill];
  // The brush strokes' two ends meet under the handle.
  return [
    place(out, { ry: 90 }),
    lathe(clay, [
      [0.042, 0.092],
      [0.0412, 0.0945],
      [0.0396, 0.093],
      [0.0392, 0.08],
      [0.0392, 0.04],
      [0.036, 0.012],
      [0.02, 0.007],
      [0, 0.007],
    ]),
    disc(paint('#b98d66'), 0.033, 0.0004),
    tube(
      clay,
      [
        [0.0405, 0.078, 0],
        [0.056, 0.081, 0],
        [0.073, 0.07, 0],
        [0.0765, 0.05, 0],
        [0.066, 0.03, 0],
        [0.0405, 0.02, 0],
      ],
      (t) => 0.0056 + 0.0015 * Math.abs(t - 0.5),
      { flat: 1.5 },
    ),
    ...(drink ? [disc(drink, 0.0392, 0.081)] : []),
  ];
}

export function bowl(T, { fill } = {}) {
  const inside = flatUv(
    lathe({ tex: T.bowlInside, ...GLAZE }, [
      [0.082, 0.066],
      [0.0808, 0.0675],
      [0.0792, 0.0655],
      [0.0745, 0.052],
      [0.0648, 0.034],
      [0.049, 0.018],
      [0.028, 0.0095],
      [0, 0.009],
    ]),
    0.082,
  );
  const out = [
    lathe({ tex: T.kelpBand, ...GLAZE }, [
      [0.036, 0],
      [0.0375, 0.006],
      [0.052, 0.016],
      [0.069, 0.036],
      [0.078, 0.055],
      [0.082, 0.066],
    ]),
    inside,
  ];
  if (fill) out.push(disc(fill, 0.0752, 0.0535));
  return out;
}

export const VASE_MOUTH = 0.232;
export function vase(T) {
  return [
    lathe(
      { tex: T.pebbles, spec: 0.035, rough: 0.35 },
      [
        [0.042, 0],
        [0.05, 0.004],
        [0.068, 0.04],
        [0.081, 0.09],
        [0.079, 0.13],
        [0.062, 0.168],
        [0.041, 0.195],
        [0.034, 0.213],
        [0.0375, 0.228],
        [0.042, 0.234],
      ],
      { seg: 128 },
    ),
    lathe(paint('#cbb795', { spec: 0.03, rough: 0.4 }), [
      [0.042, 0.234],
      [0.0395, 0.235],
      [0.034, 0.226],
      [0.0305, 0.213],
      [0.04, 0.18],
      [0.06, 0.12],
      [0, 0.06],
    ]),
  ];
}

export function plate(T) {
  const top = flatUv(
    lathe({ tex: T.sardines, ...GLAZE }, [
      [0, 0.008],
      [0.06, 0.008],
      [0.085, 0.0095],
      [0.1, 0.014],
      [0.128, 0.0205],
      [0.1325, 0.0215],
    ]),
    0.1345,
  );
  return [
    top,
    lathe(paint('#ece5d5', GLAZE), [
      [0.1325, 0.0215],
      [0.1345, 0.0205],
      [0.128, 0.016],
      [0.095, 0.006],
      [0.08, 0.001],
      [0.076, 0],
      [0, 0.001],
    ]),
  ];
}

export const oak = (T) => tiled(T.oak, 0.8, { spec: 0.02, rough: 0.6 });
export const walnut = (T) => tiled(T.walnut, 0.8, { spec: 0.03, rough: 0.5 });
export { disc };
