// The four art prints, 1000 x 1250.
import { brush, curve, dice, many, r1, sheetOf } from './draw.mjs';

/** Two-colour linocut: a heron in the shallows under a low sun. */
export function heron() {
  const d = dice(11),
    ink = '#17323c',
    paper = '#f2ead8',
    sun = '#d8893a';
  const gouge = many(300, () => {
    const a = d.in(0, Math.PI * 2),
      q = d.in(265, 700),
      x = 560 + Math.cos(a) * q,
      y = 430 + Math.sin(a) * q,
      l = d.in(14, 46);
    if (x < 100 || x > 900 || y < 100 || y > 860) return '';
    return `<path d="${brush(
      [
        [x, y],
        [x + (Math.cos(a) * l) / 2, y + (Math.sin(a) * l) / 2],
        [x + Math.cos(a) * l, y + Math.sin(a) * l],
      ],
      (t) => 5.5 * (1 - t) + 1,
    )}"/>`;
  });
  const water = many(13, (j) => {
    const y = 872 + j * 22 + j * j * 0.25;
    return many(5, () => {
      const x = d.in(70, 800),
        l = d.in(120, 360),
        pts = [0, 1, 2, 3, 4, 5, 6].map((k) => [Math.min(918, x + (k / 6) * l), y + Math.sin(k * 1.5 + j) * 5]);
      return `<path d="${brush(pts, (t) => 9 * Math.sin(t * Math.PI) + 1)}"/>`;
    });
  });
  const reed = (x, h, lean, c) => {
    const pts = [0, 1, 2, 3, 4, 5].map((k) => [x + lean * (k / 5) ** 2, 960 - (h * k) / 5]);
    return `<path fill="${c}" d="${brush(pts, (t) => 13 * (1 - t) + 2)}"/>`;
  };
  const head = (x, h, lean) =>
    `<rect x="${x + lean * 0.9 - 11}" y="${960 - h - 46}" width="22" height="104" rx="11" fill="${paper}" transform="rotate(${lean / 8} ${x + lean} ${960 - h})"/>`;
  return sheetOf(
    1000,
    1250,
    paper,
    `<g filter="url(#cut)"><g filter="url(#ink)"><rect x="62" y="62" width="876" height="1096" fill="${ink}"/>
<circle cx="560" cy="430" r="232" fill="${sun}"/></g>
<g fill="${paper}" opacity="0.94">${gouge}${water}</g>
${reed(150, 520, 60, paper)}${reed(190, 400, -40, paper)}${reed(236, 300, 34, paper)}${reed(840, 470, -56, paper)}${reed(796, 330, 40, paper)}${reed(880, 280, 22, paper)}${head(150, 520, 60)}${head(840, 470, -56)}
<g fill="${paper}"><path d="M532 730L548 728 546 850 560 1000 544 1000 530 852ZM588 738L604 738 640 852 618 1000 602 1000 622 854Z"/>
<path d="M440 560C520 505 640 570 770 800 690 770 560 775 490 712 440 668 415 612 440 560Z"/>
<path d="M455 640C380 585 385 515 436 472 470 440 468 402 436 384 424 377 402 378 392 390L222 402 386 358C402 326 456 326 482 360 518 406 512 458 478 494 452 522 458 548 520 570Z"/></g>
<g fill="${ink}"><path d="M432 346C500 338 560 366 606 412 548 392 492 384 440 366Z"/><circle cx="418" cy="360" r="7"/>
${many(
  9,
  (k) =>
    `<path d="${brush(
      [
        [520 + k * 10, 592 + k * 6],
        [560 + k * 14, 634 + k * 12],
        [600 + k * 15, 690 + k * 11],
      ],
      (t) => 9 * Math.sin(t * Math.PI) + 1,
    )}"/>`,
)}
${many(
  6,
  (k) =>
    `<path d="${brush(
      [
        [452 + k * 3, 600 + k * 18],
        [470 + k * 4, 618 + k * 17],
        [476 + k * 6, 640 + k * 14],
      ],
      (t) => 6 * Math.sin(t * Math.PI) + 1,
    )}"/>`,
)}</g></g>
<text x="64" y="1210" font-family="EB Garamond" font-style="italic" font-size="26" fill="#5b5346">14 / 60</text><text x="936" y="1210" text-anchor="end" font-family="EB Garamond" font-style="italic" font-size="26" fill="#5b5346">Heron, low water</text>`,
  );
}

/** Herbarium sheet: three seaweeds, washed in olive, ochre and wine. */
export function kelp() {
  const d = dice(5);
  const blade = (x, y, ang, len, wid, fill) => {
    const n = 12,
      mid = [],
      _w = [];
    let a = ang;
    for (let k = 0; k <= n; k++) {
      mid.push([x, y]);
      x += (Math.cos(a) * len) / n;
      y += (Math.sin(a) * len) / n;
      a += (Math.PI / 2 - a) * 0.02 + Math.sin(k * 1.1 + len) * 0.06;
    }
    const l = [],
      r = [];
    mid.forEach((p, k) => {
      const t = k / n,
        q = wid * Math.sin(Math.min(1, t * 1.02) ** 0.7 * Math.PI) * (1 + 0.18 * Math.sin(k * 2.3)) + 1,
        u = mid[Math.min(n, k + 1)],
        v = mid[Math.max(0, k - 1)],
        h = Math.hypot(u[0] - v[0], u[1] - v[1]);
      const nx = -(u[1] - v[1]) / h,
        ny = (u[0] - v[0]) / h;
      l.push([p[0] + nx * q, p[1] + ny * q]);
      r.unshift([p[0] - nx * q, p[1] - ny * q]);
    });
    return (
      `<path d="${curve([...l, ...r], true)}" fill="${fill}" fill-opacity="0.86"/><path d="${brush(mid, (t) => 3.4 * (1 - t) + 0.6)}" fill="#23301c" fill-opacity="0.4"/>` +
      many(7, (k) => {
        const p = mid[k + 2],
          o = l[k + 3];
        return o
          ? `<path d="M${r1(p[0])} ${r1(p[1])}L${r1(p[0] + (o[0] - p[0]) * 0.8)} ${r1(p[1] + (o[1] - p[1]) * 0.8)}" stroke="#23301c" stroke-opacity="0.2" stroke-width="1.6"/>`
          : '';
      })
    );
  };
  const giant = () => {
    const stem = Array.from({ length: 15 }, (_, k) => [430 + Math.sin(k * 0.42) * 46 + k * 4, 1030 - k * 62]);
    let s = '';
    stem.forEach(([x, y], k) => {
      if (k < 2) return;
      const side = k % 2 ? 1 : -1,
        len = 250 - Math.abs(k - 6) * 13,
        c = d.of(['#6d7a34', '#7f8438', '#596b32', '#8d8a3c']);
      const a = side > 0 ? -0.55 + d.in(-0.12, 0.12) : Math.PI + 0.55 + d.in(-0.12, 0.12);
      s +=
        blade(x + side * 20, y - 8, a, len, 27, c) +
        `<ellipse cx="${r1(x + side * 15)}" cy="${r1(y - 6)}" rx="17" ry="11" transform="rotate(${side * -32} ${r1(x + side * 15)} ${r1(y - 6)})" fill="#a08a3a"/>`;
    });
    return (
      s +
      `<path d="${brush(stem, (t) => 13 * (1 - t) + 4)}" fill="#5a5a2a"/>` +
      many(
        11,
        (k) =>
          `<path d="${brush(
            [
              [430, 1026],
              [400 + k * 6, 1050],
              [350 + k * 16, 1078 + d.in(-6, 10)],
            ],
            (t) => 7 * (1 - t) + 2,
          )}" fill="#5a4a28"/>`,
      )
    );
  };
  const branching = (x, y, a, len, w, depth) => {
    if (!depth) return `<circle cx="${r1(x)}" cy="${r1(y)}" r="${r1(w * 0.9)}" fill="#8d3f44"/>`;
    const x2 = x + Math.cos(a) * len,
      y2 = y + Math.sin(a) * len;
    return (
      `<path d="${brush(
        [
          [x, y],
          [(x + x2) / 2 + d.in(-4, 4), (y + y2) / 2],
          [x2, y2],
        ],
        (t) => w * (1 - t * 0.35) * 1.6,
      )}" fill="#7d3440"/>` +
      branching(x2, y2, a - d.in(0.25, 0.5), len * 0.8, w * 0.74, depth - 1) +
      branching(x2, y2, a + d.in(0.2, 0.52), len * 0.82, w * 0.76, depth - 1)
    );
  };
  return sheetOf(
    1000,
    1250,
    '#f5efdf',
    `<rect x="46" y="46" width="908" height="1158" fill="none" stroke="#6e6650" stroke-width="2"/>
${giant()}${branching(790, 1040, -Math.PI / 2 - 0.08, 100, 11, 7)}
${many(5, (k) => blade(168 + k * 5, 1040, -Math.PI / 2 + (k - 2) * 0.2, 330 - Math.abs(k - 2) * 40, 21, ['#b98a3c', '#c49a4a', '#a87b35', '#bd9040', '#b08038'][k]))}
<g font-family="EB Garamond" fill="#3c3728" text-anchor="middle"><text x="500" y="1152" font-size="40" font-style="italic">Algae of the lower shore</text><text x="170" y="1090" font-size="22">fig. 1</text><text x="500" y="1104" font-size="22">fig. 2</text><text x="796" y="1090" font-size="22">fig. 3</text><text x="890" y="92" font-size="24" letter-spacing="3">PL. IV</text></g>`,
  );
}

/** Reduction linocut in three blues: a swell about to break. */
export function swell() {
  const d = dice(3),
    back = [
      [-40, 800],
      [110, 742],
      [240, 640],
      [340, 500],
      [430, 372],
      [540, 292],
      [660, 276],
      [756, 322],
      [792, 402],
      [780, 476],
    ];
  const face = [
    [780, 476],
    [742, 420],
    [676, 398],
    [604, 432],
    [562, 520],
    [560, 636],
    [626, 752],
    [760, 826],
    [900, 836],
    [1060, 800],
  ];
  const lines = many(22, (k) => {
    const t = (k + 1) / 23;
    const pts = back
      .slice(0, 9)
      .map(([x, y], i) => {
        const fx = face[Math.min(9, i + 1)];
        const [_ex, ey] = [face[9 - Math.min(9, 9 - i)][0], 1180];
        void fx;
        return [
          x + (500 + i * 30 - x) * t * 0.35 + (i < 7 ? 0 : -t * 70),
          y + (ey - y) * t * 0.92 - (i > 5 ? (1 - t) * 0 : 0),
        ];
      })
      .slice(0, 8);
    return `<path d="${brush(pts, (q) => (3 + 11 * Math.sin(q * Math.PI)) * (1 - t * 0.45))}" fill="${k % 3 === 1 ? '#8fb8c4' : '#dfe7dd'}"/>`;
  });
  const inside = many(10, (k) => {
    const t = k / 10,
      pts = face
        .slice(1, 9)
        .map(([x, y], i) => [
          x + t * (150 - i * 4) * (i > 3 ? 0.75 : 0.55),
          y + t * (60 + i * 6) * (i < 3 ? 0.9 : 0.35),
        ]);
    return `<path d="${brush(pts, (q) => 3 + 8 * Math.sin(q * Math.PI) * (1 - t))}" fill="${k % 2 ? '#dfe7dd' : '#6fa3b5'}"/>`;
  });
  const foam =
    many(120, () => {
      const t = d(),
        i = Math.min(8, (3 + t * 6) | 0),
        p = back[i],
        q = back[i + 1],
        f = d(),
        r = d.in(3, 17) * (0.5 + t * 0.7);
      return `<circle cx="${r1(p[0] + (q[0] - p[0]) * f + d.in(-14, 52))}" cy="${r1(p[1] + (q[1] - p[1]) * f + d.in(-60, 34))}" r="${r1(r)}"/>`;
    }) +
    many(26, () => `<circle cx="${r1(780 + d.in(-50, 60))}" cy="${r1(480 + d.in(-60, 90))}" r="${r1(d.in(4, 20))}"/>`);
  const low = many(5, (j) => {
    const y = 900 + j * 62,
      pts = Array.from({ length: 11 }, (_, k) => [k * 110 - 50, y + Math.sin(k * 1.25 + j * 1.9) * 20]);
    return (
      `<path d="${curve(pts)}L1100 1300L-60 1300Z" fill="${['#2d6480', '#235372', '#1a4361', '#143650', '#0f2b42'][j]}"/>` +
      many(16, () => {
        const x = d.in(60, 880),
          q = y + 22 + d.in(0, 30),
          l = d.in(40, 130);
        return `<path d="${brush(
          [
            [x, q],
            [x + l / 2, q - 5],
            [x + l, q + 2],
          ],
          (t) => 7 * Math.sin(t * Math.PI) + 0.8,
        )}" fill="#dfe7dd"/>`;
      })
    );
  });
  return sheetOf(
    1000,
    1250,
    '#f4eee1',
    `<g filter="url(#cut)"><clipPath id="b"><rect x="64" y="64" width="872" height="1092"/></clipPath><g clip-path="url(#b)"><g filter="url(#ink)"><rect width="1000" height="1250" fill="#efd9b8"/>
<circle cx="270" cy="300" r="118" fill="#dc6647"/>
${many(
  6,
  (k) =>
    `<path d="${brush(
      [
        [60, 150 + k * 62],
        [400, 138 + k * 62 + (k % 2) * 14],
        [960, 156 + k * 62],
      ],
      (t) => 3 + 4 * Math.sin(t * 9 + k),
    )}" fill="#e6c596"/>`,
)}
<path d="${curve(back)}${curve(face).replace('M780 476', '')}L1060 1300L-40 1300Z" fill="#1d4a6a"/></g>
${lines}${inside}<g fill="#f6f1e4">${foam}</g>${low}</g></g>
<text x="66" y="1208" font-family="EB Garamond" font-style="italic" font-size="26" fill="#5b5346">A/P</text><text x="934" y="1208" text-anchor="end" font-family="EB Garamond" font-style="italic" font-size="26" fill="#5b5346">Ninth wave</text>`,
  );
}

/** Nine finds from the beach, drawn in one ink on blush. */
export function shells() {
  const ink = '#a4472f',
    s = (w) => `fill="none" stroke="${ink}" stroke-width="${w}" stroke-linecap="round" stroke-linejoin="round"`;
  const polar = (n, f) =>
    Array.from({ length: n }, (_, k) => {
      const a = (k / n) * Math.PI * 2,
        r = f(a);
      return [Math.cos(a) * r, Math.sin(a) * r];
    });
  const scallop = `<path d="${curve(
    [
      [-20, 92],
      [-98, 0],
      [-86, -62],
      [-58, -88],
      [-22, -100],
      [22, -100],
      [58, -88],
      [86, -62],
      [98, 0],
      [20, 92],
    ],
    true,
  )}" fill="#e59a7d"/>${many(9, (k) => {
    const a = -Math.PI / 2 + (k - 4) * 0.26;
    return `<path d="M${r1(Math.cos(a) * 12)} ${88}L${r1(Math.cos(a) * 108)} ${r1(4 + Math.sin(a) * 100)}" ${s(4)}/>`;
  })}<path d="M-34 84L34 84 24 106-24 106Z" fill="${ink}"/>`;
  const nautilus =
    `<path d="${curve(
      Array.from({ length: 46 }, (_, k) => {
        const a = k * 0.3,
          r = 7 * Math.exp(a * 0.2);
        return [Math.cos(a) * r, Math.sin(a) * r];
      }),
    )}" ${s(6)}/>` +
    many(22, (k) => {
      const a = 7.2 + k * 0.29,
        r = 7 * Math.exp(a * 0.2),
        q = 7 * Math.exp((a - Math.PI * 2) * 0.2);
      return `<path d="${curve([
        [Math.cos(a) * q, Math.sin(a) * q],
        [(Math.cos(a + 0.16) * (r + q)) / 2, (Math.sin(a + 0.16) * (r + q)) / 2],
        [Math.cos(a) * r, Math.sin(a) * r],
      ])}" ${s(3)}/>`;
    });
  const turret = many(9, (k) => {
    const y = -96 + k * 22,
      w = 9 + k * 6.4;
    return `<path d="${curve(
      [
        [-w, y],
        [-w - 5, y + 14],
        [-w + 2, y + 23],
        [0, y + 30],
        [w + 6, y + 25],
        [w + 7, y + 10],
        [w - 2, y],
        [0, y + 7],
      ],
      true,
    )}" fill="${k % 2 ? '#d9805f' : '#eab49b'}" stroke="${ink}" stroke-width="3"/>`;
  });
  const dollar =
    `<circle r="98" fill="#eab49b"/>` +
    many(
      5,
      (k) =>
        `<g transform="rotate(${k * 72})"><path d="${curve(
          [
            [0, -8],
            [-16, -44],
            [0, -78],
            [16, -44],
          ],
          true,
        )}" ${s(4)}/><path d="M0 -20L0 -66" ${s(2.5)}/></g>`,
    ) +
    many(
      40,
      (k) =>
        `<circle cx="${r1(Math.cos(k * 0.157) * 88)}" cy="${r1(Math.sin(k * 0.157) * 88)}" r="2.6" fill="${ink}"/>`,
    );
  const star =
    `<path d="${curve(
      polar(40, (a) => 56 + 42 * Math.cos(a * 5 + (Math.PI / 2) * 5) ** 1 + 6 * Math.cos(a * 10)),
      true,
    )}" fill="#d9704f"/>` +
    many(5, (k) =>
      many(
        6,
        (j) =>
          `<circle cx="0" cy="${-12 - j * 13}" r="${r1(6 - j * 0.7)}" fill="#f7e3d3" transform="rotate(${k * 72 + 36})"/>`,
      ),
    );
  const limpet = many(
    6,
    (k) =>
      `<path d="${curve(
        polar(28, (a) => (98 - k * 16) * (1 + 0.035 * Math.cos(a * 14 + k))),
        true,
      )}" fill="${['#c9603f', '#e7a88d', '#d9805f', '#efc4ae', '#d9805f', '#f7e3d3'][k]}"/>`,
  );
  const mussel =
    `<path d="${curve(
      [
        [-30, 100],
        [-70, 30],
        [-50, -50],
        [10, -100],
        [62, -60],
        [66, 20],
        [26, 84],
      ],
      true,
    )}" fill="#7d3a35"/>` +
    many(
      6,
      (k) =>
        `<path d="${curve([
          [-30 + k * 7, 94 - k * 6],
          [-58 + k * 15, 28],
          [-38 + k * 14, -42],
          [8 + k * 4, -86 + k * 13],
        ])}" stroke="#e7a88d" stroke-width="3.4" fill="none"/>`,
    );
  const urchin =
    `<circle r="92" fill="#c9603f"/>` +
    many(10, (k) =>
      many(
        9,
        (j) =>
          `<circle cx="0" cy="${-14 - j * 9}" r="${r1(1.8 + Math.sin((j / 8) * Math.PI) * 3.4)}" fill="#f7e3d3" transform="rotate(${k * 36 + (j % 2) * 5})"/>`,
      ),
    ) +
    `<circle r="9" fill="#f7e3d3"/>`;
  const cockle =
    `<path d="${curve(
      [
        [0, 96],
        [-76, 52],
        [-98, -18],
        [-64, -78],
        [0, -98],
        [64, -78],
        [98, -18],
        [76, 52],
      ],
      true,
    )}" fill="#efc4ae" stroke="${ink}" stroke-width="4"/>` +
    many(
      7,
      (k) =>
        `<path d="${curve([
          [-90 + k * 6, 30 - k * 18 + 30],
          [0, 66 - k * 24 + 20],
          [90 - k * 6, 60 - k * 18],
        ])}" ${s(3.5)}/>`,
    );
  const all = [scallop, nautilus, turret, dollar, star, limpet, mussel, urchin, cockle];
  return sheetOf(
    1000,
    1250,
    '#f8ead9',
    `<rect x="70" y="70" width="860" height="1010" fill="#f3d9c2"/>${all.map((x, k) => `<g transform="translate(${225 + (k % 3) * 275} ${245 + ((k / 3) | 0) * 320}) rotate(${[0, 20, 14, 0, 8, 0, 12, 0, -10][k]}) scale(1.08)">${x}</g>`).join('')}
<text x="500" y="1160" text-anchor="middle" font-family="EB Garamond" font-size="54" letter-spacing="10" fill="${ink}">LOW TIDE FINDS</text><text x="500" y="1200" text-anchor="middle" font-family="EB Garamond" font-style="italic" font-size="25" fill="${ink}">nine of them, one morning in March</text>`,
  );
}
