import { Client } from '@temporalio/client';
import { loadConfiguration } from '../../src/config/load.ts';
import { connectLazily } from '../../src/delivery/connect.ts';
import { interleave } from '../interleave.ts';
import type { BenchPlan } from '../options.ts';
import type { IngressFigures, SideFigures } from '../report.ts';
import { openTenancy } from '../stage.ts';
import type { Stage, Tenancy } from '../stage.ts';
import { latenciesOf, ratioSpread, spreadOf } from '../statistics.ts';
import { bareCall } from './bare.ts';
import { startIngressChild } from './child.ts';
import { freshEvent } from './events.ts';
import type { FreshEvent } from './events.ts';
import { createPoster } from './post.ts';
import { rateOf, runRound } from './round.ts';
import type { LoadRound } from './round.ts';
import { assertSameWork } from './sameWork.ts';

/** Makes the calls for these events ready; making them is what is timed. */
type Side = (events: readonly FreshEvent[]) => ReadonlyArray<() => Promise<void>>;

interface Sides {
  readonly bare: Side;
  readonly ingress: Side;
  readonly client: Client;
}

const freshEvents = (count: number): FreshEvent[] => Array.from({ length: count }, freshEvent);

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

/** Both sides over connections of their own that are made in the same way. */
function openSides(tenancy: Tenancy, connections: number) {
  const configuration = loadConfiguration(tenancy.environment, tenancy.configurationFile, ['ingress']);
  const connection = connectLazily(configuration.temporal);
  const client = new Client({ connection, namespace: tenancy.namespace });
  const poster = createPoster(tenancy.ingress.url, tenancy.ingress.credential, connections);
  const sides: Sides = {
    client,
    bare: (events) => events.map((event) => bareCall(client, configuration, event)),
    ingress: (events) => events.map(({ bytes }) => poster.post.bind(poster, bytes)),
  };
  const close = async () => {
    poster.close();
    await connection.close();
  };
  return { sides, close };
}

/**
 * Measures the ingress, a process of its own, against the bare call from this process: both for success events that
 * nobody has seen, on one server, in one namespace without a worker.
 */
export async function measureIngress(stage: Stage, loads: BenchPlan['ingress']): Promise<IngressFigures[]> {
  const tenancy = await openTenancy(stage, 'ingress');
  const stopIngress = await startIngressChild(stage, tenancy);
  const { sides, close } = openSides(tenancy, Math.max(...loads.map(({ callers }) => callers)));
  const closeSides = stage.stops.add(close);
  await proveSameWork(sides);
  const figures: IngressFigures[] = [];
  for (const load of loads) figures.push(await measure(sides, load, stage));
  await closeSides();
  await stopIngress();
  return figures;
}
