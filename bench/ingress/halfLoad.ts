import { interleave } from '../interleave.ts';
import type { BenchPlan } from '../options.ts';
import type { HalfLoadFigures } from '../report.ts';
import type { Stage } from '../stage.ts';
import { latenciesOf, ratioSpread, spreadOf } from '../statistics.ts';
import { freshEvents } from './events.ts';
import { runPaced } from './paced.ts';
import type { Sides } from './sides.ts';

const p99Of = (latenciesMs: readonly number[]): number => latenciesOf(latenciesMs).p99;

/**
 * The tail of the latencies at half of the rate that the bare call reaches, round by round: there nothing waits but for
 * what it is made of.
 */
export async function measureHalfLoad(
  { bare, ingress }: Sides,
  { pairs: pairsAsked, deliveriesPerRound, budgetMs }: BenchPlan['halfLoad'],
  barePerSecond: number,
  stage: Stage,
): Promise<HalfLoadFigures> {
  const step = 'ingress at half load: pairs of rounds';
  const perSecond = barePerSecond / 2;
  stage.progress.at(step, 0, pairsAsked);
  const pairs = await interleave({
    baseline: () => runPaced(bare(freshEvents(deliveriesPerRound)), perSecond),
    subject: () => runPaced(ingress(freshEvents(deliveriesPerRound)), perSecond),
    pairs: pairsAsked,
    budgetMs,
    signal: stage.signal,
    onPair: (done) => stage.progress.at(step, done, pairsAsked),
  });
  return {
    pairsAsked,
    pairs: pairs.length,
    deliveriesPerRound,
    perSecond,
    bareP99Ms: spreadOf(pairs.map(({ baseline }) => p99Of(baseline))),
    ingressP99Ms: spreadOf(pairs.map(({ subject }) => p99Of(subject))),
    ratio: ratioSpread(pairs, p99Of),
  };
}
