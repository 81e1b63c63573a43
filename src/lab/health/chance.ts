/**
 * Two-sided probability that two Poisson counts differ as much by luck: `now` hits among `of` messages, `before` among `beforeOf`. Given
 * their sum, one of two Poisson counts with equal rates is binomial (Przyborowski and Wilenski, Homogeneity of results in testing
 * samples from Poisson series, Biometrika 31, 1940). Counts need not be whole: a quasi-likelihood divides them by the dispersion.
 */
export function chanceOfChange(now: number, of: number, before: number, beforeOf: number): number {
  if (of <= 0 || beforeOf <= 0 || now + before <= 0) return 1;
  const share = of / (of + beforeOf);
  // Tails of the binomial as incomplete beta functions (DLMF 8.17.5), which are defined between whole counts, too.
  const above = now === 0 ? 1 : incompleteBeta(share, now, before + 1);
  const below = before === 0 ? 1 : 1 - incompleteBeta(share, now + 1, before);
  return Math.min(1, 2 * Math.min(above, below));
}

/** Regularised incomplete beta function I_x(a, b), by the continued fraction of DLMF 8.17.22. */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  // The fraction converges fast below the mean only; above it the symmetry of DLMF 8.17.4 helps.
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = Math.exp(
    a * Math.log(x) + b * Math.log1p(-x) - Math.log(a) - logGamma(a) - logGamma(b) + logGamma(a + b),
  );
  return front / continuedFraction(x, a, b);
}

/** Counts of ten million need about 3,000 steps. */
const MOST_STEPS = 20_000;
const CLOSE = 1e-14;

/** 1 + d1/(1 + d2/(1 + …)) by the method of Lentz, with the coefficients of DLMF 8.17.23. */
function continuedFraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 0;
  let value = 1;
  for (let step = 1; step < MOST_STEPS; step++) {
    const m = Math.floor(step / 2);
    const coefficient =
      step % 2 === 0
        ? (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
        : (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / nonZero(1 + coefficient * d);
    c = nonZero(1 + coefficient / c);
    value *= c * d;
    if (Math.abs(c * d - 1) < CLOSE) break;
  }
  return value;
}

function nonZero(value: number): number {
  return Math.abs(value) < 1e-300 ? 1e-300 : value;
}

/** ln Γ(x) for x > 0: the recurrence up to 10, then Stirling's series (DLMF 5.11.1), good to 12 digits. */
export function logGamma(x: number): number {
  let shift = 0;
  let at = x;
  for (; at < 10; at += 1) shift += Math.log(at);
  const square = 1 / (at * at);
  const series = (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680))) / at;
  return (at - 0.5) * Math.log(at) - at + Math.log(2 * Math.PI) / 2 + series - shift;
}
