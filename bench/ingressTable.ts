import {
  drainsQueue,
  holdsTail,
  ingressFloorOf,
  isFlat,
  mostGrowthMegabytes,
  mostOfBareP99,
  queueFloor,
  reachesFloor,
} from './report.ts';
import type { HalfLoadFigures, MemoryFigures, QueueFigures, Report } from './report.ts';
import type { Spread } from './statistics.ts';

/** A sentence about what is judged. */
interface Verdict {
  readonly holds: boolean;
  readonly text: string;
}

const spread = ({ median, min, max }: Spread, digits: number): string =>
  `${median.toFixed(digits)} (${min.toFixed(digits)}–${max.toFixed(digits)})`;
const count = (value: number): string => value.toLocaleString('en');

function halfLoadLines({
  pairs,
  deliveriesPerRound,
  perSecond,
  bareP99Ms,
  ingressP99Ms,
  ratio,
}: HalfLoadFigures): string[] {
  return [
    `p99 at half load (${perSecond.toFixed(0)} deliveries a second; ${pairs} pairs of rounds of ${deliveriesPerRound}), ms`,
    `  bare ${spread(bareP99Ms, 1)}   ingress ${spread(ingressP99Ms, 1)}   ingress : bare ${spread(ratio, 2)}`,
    '',
  ];
}

function queueLines(figures: QueueFigures): string[] {
  const { callers, pairs, eventsPerRound, barePerSecond, queuePerSecond, serverPerSecond, ratio } = figures;
  return [
    `Events of a queue, one process, against bare signalWithStart with ${callers} callers, a second (${pairs} pairs of rounds of ${eventsPerRound})`,
    `  bare ${spread(barePerSecond, 0)}   queue ${spread(queuePerSecond, 0)}   queue : bare ${spread(ratio, 2)}`,
    `  the queue's local server alone: ${count(Math.round(serverPerSecond))}`,
    '',
  ];
}

function memoryLines({ requests, firstRequests, firstMegabytes, megabytes, perSecond }: MemoryFigures): string[] {
  return [
    `Memory of the ingress, resident, before a stand-in for Temporal (${count(Math.round(perSecond))} events a second)`,
    `  after ${count(firstRequests)}: ${firstMegabytes.toFixed(0)} MB   after ${count(requests)}: ${megabytes.toFixed(0)} MB`,
    '',
  ];
}

/** What was measured of the ingress beside its rate over HTTP; nothing where that is left out. */
export function ingressTailLines({ halfLoad, queues, memory }: Report): string[] {
  return [
    ...(halfLoad === null ? [] : halfLoadLines(halfLoad)),
    ...(queues === null ? [] : queueLines(queues)),
    ...(memory === null ? [] : memoryLines(memory)),
  ];
}

/** What is judged of the ingress. */
export function ingressVerdicts({ ingress, halfLoad, queues, memory }: Report): Verdict[] {
  const loads = ingress.map((figures): Verdict => {
    const { callers, ratio } = figures;
    const holds = reachesFloor(figures);
    const reaches = holds ? 'reaches' : 'does not reach';
    const load = `${callers} ${callers === 1 ? 'caller' : 'callers'}`;
    return {
      holds,
      text: `The ingress ${reaches} ${ingressFloorOf(figures)} of bare at ${load}: ${ratio.median.toFixed(3)}.`,
    };
  });
  const tail = (figures: HalfLoadFigures): Verdict => ({
    holds: holdsTail(figures),
    text: `p99 at half load is ${figures.ratio.median.toFixed(3)} of bare, at most ${mostOfBareP99}.`,
  });
  const queue = (figures: QueueFigures): Verdict => ({
    holds: drainsQueue(figures),
    text: `One process takes ${figures.ratio.median.toFixed(3)} of bare from a queue, at least ${queueFloor}.`,
  });
  const flat = (figures: MemoryFigures): Verdict => ({
    holds: isFlat(figures),
    text: `Memory differs by ${(figures.megabytes - figures.firstMegabytes).toFixed(0)} MB over the events, at most ${mostGrowthMegabytes}.`,
  });
  return [
    ...loads,
    ...(halfLoad === null ? [] : [tail(halfLoad)]),
    ...(queues === null ? [] : [queue(queues)]),
    ...(memory === null ? [] : [flat(memory)]),
  ];
}
