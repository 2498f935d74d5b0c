/**
 * What other people's software says of the same ratings, with the source of each. Kappa: scikit-learn 1.2.1
 * `cohen_kappa_score` and statsmodels 0.13.5 `cohens_kappa`. Alpha: fast-krippendorff b1eb616, on the worked example of
 * Krippendorff (2011) and on the one of the encyclopaedia article.
 */
export const kappa_raters = {
  a: [0, 1, 2, 2, 1, 0, 0, 1, 2, 3, 3, 2, 1, 0, 0, 1, 2, 3, 1, 1],
  b: [0, 1, 2, 1, 1, 0, 1, 1, 2, 3, 2, 2, 1, 0, 0, 2, 2, 3, 0, 1],
  unweighted: 0.6551724137931034,
  linear: 0.7674418604651163,
  quadratic: 0.868421052631579,
} as const;

export const kappa_se = {
  table: [
    [4, 1, 0, 0],
    [1, 5, 1, 0],
    [0, 1, 4, 0],
    [0, 0, 1, 2],
  ],
  kappa: 0.6551724137931034,
  se: 0.13492040092639973,
  seNull: 0.1339512041348623,
  low: 0.3907332871976554,
  high: 0.9196115403885514,
} as const;

/** 100 units: 3 harms by one rater, 4 by the other, 2 by both. 97 % raw agreement. */
export const kappa_rare = {
  table: [
    [95, 2],
    [1, 2],
  ],
  kappa: 0.5562130177514792,
} as const;

const _ = null;
export const alphas = {
  article: {
    data: [
      [_, _, _, _, _, 3, 4, 1, 2, 1, 1, 3, 3, _, 3],
      [1, _, 2, 1, 3, 3, 4, 3, _, _, _, _, _, _, _],
      [_, _, 2, 1, 3, 4, 4, _, 2, 1, 1, 3, 3, _, 4],
    ],
    nominal: 0.691358024691358,
    ordinal: 0.8067214199413153,
    interval: 0.8108448928121059,
  },
  krippendorff: {
    data: [
      [1, 2, 3, 3, 2, 1, 4, 1, 2, _, _, _],
      [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, _, 3],
      [_, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, _],
      [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, _],
    ],
    nominal: 0.743421052631579,
    ordinal: 0.8153875037548814,
    interval: 0.8491071428571428,
  },
} as const;
