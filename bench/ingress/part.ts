import { interleave } from '../interleave.ts';
import type { BenchPlan } from '../options.ts';
import type { HalfLoadFigures, IngressFigures, SideFigures } from '../report.ts';
import { openTenancy } from '../stage.ts';
import type { Stage } from '../stage.ts';
import { latenciesOf, ratioSpread, spreadOf } from '../statistics.ts';
import { freshEvent, freshEvents } from './events.ts';
import { measureHalfLoad } from './halfLoad.ts';
import { startIngressProcess } from './process.ts';
import { rateOf, runRound } from './round.ts';
import type { LoadRound } from './round.ts';
import { assertSameWork } from './sameWork.ts';
import { openSides, type Sides } from './sides.ts';

function figuresOf(rounds: readonly LoadRound[]): SideFigures {
  const latenciesMs = rounds.flatMap((round) => round.latenciesMs);
  return {
    deliveries: latenciesMs.length,
    deliveriesPerSecond: spreadOf(rounds.map(rateOf)),
    latencyMs: latenciesOf(latenciesMs),
  };
}

async function measure(
  { bare, ingress }: Sides,
  load: BenchPlan['ingress'][number],
  stage: Stage,
): Promise<IngressFigures> {
  const { callers, pairs: pairsAsked, deliveriesPerRound, warmUpDeliveries, budgetMs } = load;
  const step = `ingress, ${callers} ${callers === 1 ? 'caller' : 'callers'}: pairs of rounds`;
  stage.progress.at(step, 0, pairsAsked);
  for (const side of [bare, ingress]) await runRound(side(freshEvents(warmUpDeliveries)), callers);
  const pairs = await interleave({
    baseline: () => runRound(bare(freshEvents(deliveriesPerRound)), callers),
    subject: () => runRound(ingress(freshEvents(deliveriesPerRound)), callers),
    pairs: pairsAsked,
    budgetMs,
    signal: stage.signal,
    onPair: (done) => stage.progress.at(step, done, pairsAsked),
  });
  return {
    callers,
    pairsAsked,
    pairs: pairs.length,
    deliveriesPerRound,
    bare: figuresOf(pairs.map(({ baseline }) => baseline)),
    ingress: figuresOf(pairs.map(({ subject }) => subject)),
    ratio: ratioSpread(pairs, rateOf),
  };
}

async function proveSameWork({ bare, ingress, client }: Sides): Promise<void> {
  const [first, second] = [freshEvent(), freshEvent()];
  await runRound(bare([first]), 1);
  await runRound(ingress([second]), 1);
  await assertSameWork(client, first.changeSetId, second.changeSetId);
}

/**
 * Measures the ingress, a process of its own, against the bare call from this process: both for success events that
 * nobody has seen, on one server, in one namespace without a worker.
 */
export async function measureIngress(
  stage: Stage,
  loads: BenchPlan['ingress'],
  atHalfLoad: BenchPlan['halfLoad'],
): Promise<{ readonly ingress: readonly IngressFigures[]; readonly halfLoad: HalfLoadFigures | null }> {
  const tenancy = await openTenancy(stage, 'ingress');
  const running = await startIngressProcess(stage, tenancy);
  const { sides, close } = openSides(tenancy, 2 * Math.max(...loads.map(({ callers }) => callers)));
  const closeSides = stage.stops.add(close);
  await proveSameWork(sides);
  const figures: IngressFigures[] = [];
  for (const load of loads) figures.push(await measure(sides, load, stage));
  const [most] = figures.toSorted((one, other) => other.callers - one.callers);
  const halfLoad =
    most === undefined ? null : await measureHalfLoad(sides, atHalfLoad, most.bare.deliveriesPerSecond.median, stage);
  await closeSides();
  await running.stop();
  return { ingress: figures, halfLoad };
}
