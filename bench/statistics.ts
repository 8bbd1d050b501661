/** The middle of some figures, and how far they lie apart. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/**
 * The nearest-rank percentile: the smallest of the values that at least this share of them does not exceed.
 *
 * @param share above 0, up to 1
 * @throws RangeError without values, or with a share outside
 */
export function percentile(values: readonly number[], share: number): number {
  if (!(share > 0 && share <= 1)) throw new RangeError(`share must be above 0 and up to 1, found ${share}`);
  const value = values.toSorted((one, other) => one - other)[Math.ceil(values.length * share) - 1];
  if (value === undefined) throw new RangeError('values must not be empty');
  return value;
}

/** Milliseconds, by nearest rank. */
export interface LatencyFigures {
  readonly p50: number;
  readonly p99: number;
}

/**
 * Median and tail of latencies in milliseconds.
 * @throws RangeError without values
 */
export function latenciesOf(valuesMs: readonly number[]): LatencyFigures {
  return { p50: percentile(valuesMs, 0.5), p99: percentile(valuesMs, 0.99) };
}

/**
 * The median: of an even number of values, the mean of the two in the middle.
 * @throws RangeError without values
 */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  const upper = sorted[Math.floor(sorted.length / 2)];
  if (lower === undefined || upper === undefined) throw new RangeError('values must not be empty');
  return (lower + upper) / 2;
}

/**
 * Median, least and greatest.
 * @throws RangeError without values
 */
export function spreadOf(values: readonly number[]): Spread {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) };
}

/** Two neighbouring rounds: of what is measured, and of what it is held against. */
export interface Pair<Round> {
  readonly baseline: Round;
  readonly subject: Round;
}

/**
 * How the subject stands to the baseline, pair by pair: a machine that slows down or speeds up between two pairs
 * changes both sides of each and so leaves their ratio alone.
 * @throws RangeError without pairs, or where a baseline is not above 0
 */
export function ratioSpread<Round>(pairs: ReadonlyArray<Pair<Round>>, figureOf: (round: Round) => number): Spread {
  return spreadOf(
    pairs.map(({ baseline, subject }) => {
      const floor = figureOf(baseline);
      if (!(floor > 0)) throw new RangeError(`a baseline must be above 0, found ${floor}`);
      return figureOf(subject) / floor;
    }),
  );
}
