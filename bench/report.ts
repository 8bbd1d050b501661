import type { Machine } from './machine.ts';
import type { AccountsFigures } from './accounts/figures.ts';
import type { BackfillFigures } from './backfill/figures.ts';
import type { LimitFigures } from './limits/figures.ts';
import type { StormFigures } from './storm/figures.ts';
import type { LatencyFigures, Spread } from './statistics.ts';

/** One side of the measurement of the ingress: the spread is over its rounds, the latencies over all its calls. */
export interface SideFigures {
  readonly deliveries: number;
  readonly deliveriesPerSecond: Spread;
  readonly latencyMs: LatencyFigures;
}

/** The ingress against the bare call, under one load. */
export interface IngressFigures {
  readonly callers: number;
  readonly pairsAsked: number;
  /** Fewer than asked where the time was up. */
  readonly pairs: number;
  readonly deliveriesPerRound: number;
  readonly bare: SideFigures;
  readonly ingress: SideFigures;
  /** Deliveries per second, ingress by bare, pair by pair. */
  readonly ratio: Spread;
}

/** The tail of the latencies at half of the bare call's rate, over rounds. */
export interface HalfLoadFigures {
  readonly pairsAsked: number;
  readonly pairs: number;
  readonly deliveriesPerRound: number;
  /** Events of each side. */
  readonly perSecond: number;
  readonly bareP99Ms: Spread;
  readonly ingressP99Ms: Spread;
  /** p99, ingress by bare, pair by pair. */
  readonly ratio: Spread;
}

/** One ingress that receives from a queue, against the bare call. */
export interface QueueFigures {
  /** Of the bare call: as many as the ingress delivers at once. */
  readonly callers: number;
  readonly pairsAsked: number;
  readonly pairs: number;
  readonly eventsPerRound: number;
  readonly barePerSecond: Spread;
  readonly queuePerSecond: Spread;
  /** What the local server of the queue gives and deletes with nothing delivered. */
  readonly serverPerSecond: number;
  /** Events per second, queue by bare, pair by pair. */
  readonly ratio: Spread;
}

/** Resident memory of an ingress over many events. */
export interface MemoryFigures {
  readonly requests: number;
  readonly perSecond: number;
  readonly firstRequests: number;
  readonly firstMegabytes: number;
  /** After the last. */
  readonly megabytes: number;
}

interface WorkerSideFigures {
  readonly workflows: number;
  readonly cpuMsPerWorkflow: Spread;
}

/** The worker's processor time for a remediation against that of a bare worker for the same steps. */
export interface WorkerFigures {
  readonly pairsAsked: number;
  readonly pairs: number;
  readonly workflowsPerRound: number;
  readonly bare: WorkerSideFigures;
  readonly remediation: WorkerSideFigures;
  /** Remediation by bare, pair by pair. */
  readonly ratio: Spread;
}

/** A worker's process while so many items wait for the next attempt at their product query, and nothing else goes on. */
export interface WaitingFigures {
  readonly waiting: number;
  /** Resident memory of the whole process, the SDK's threads included, a minute after the last query. */
  readonly rssKilobytes: number;
  /** The most that it was until then. */
  readonly peakKilobytes: number;
  /** JavaScript heap in use in the main thread; the workflows live in a thread of their own. */
  readonly heapKilobytes: number;
  /** Processor time by time that passed: 1 is one core all the time. */
  readonly idleCpuShare: number;
  /** Resident memory of a worker that is started while they wait: without what the burst of starts has left behind. */
  readonly freshRssKilobytes: number;
}

/** What items that wait cost a worker. */
export interface ItemFigures {
  /** With hardly any. */
  readonly few: WaitingFigures;
  /** With more and more. */
  readonly figures: readonly WaitingFigures[];
  readonly seconds: number;
}

/** What a burst may take of a worker with the limits that `steward` sets, in MB: at its peak, and a minute later. */
const burstMegabytes = { peak: 650, later: 400 };

/** Whether the largest burst stayed within its memory. */
export function holdsMemory({ figures }: Pick<ItemFigures, 'figures'>): boolean {
  const largest = figures.at(-1);
  return (
    largest !== undefined &&
    largest.peakKilobytes <= burstMegabytes.peak * 1_024 &&
    largest.rssKilobytes <= burstMegabytes.later * 1_024
  );
}

/** From a failed change set's event to its accepted resubmit, the back-off and the server's timer taken out of both. */
export interface ResubmitFigures {
  readonly samples: number;
  /** The bare trace of the same steps: the same workflow tasks, and the same calls by the bare SDK. */
  readonly floorMs: LatencyFigures;
  readonly resubmitMs: LatencyFigures;
}

/** How two workers used the tightest quota of the vendor. */
export interface QuotaUse {
  /** The accounts that had more to ask than the quota lets through. */
  readonly accounts: readonly string[];
  /** Calls by what the quota would have let through, in the steady state, for each of them. */
  readonly used: readonly number[];
}

/** What was made of the vendor's quotas. */
export interface QuotaFigures {
  /** The operation that was measured. */
  readonly operation: string;
  readonly alone: readonly QuotaUse[];
  readonly together: QuotaUse;
  /** Of all accounts and operations: the most calls in any ten seconds by what the quota lets through. */
  readonly fullestWindow: number;
  /** Calls that were refused for being too fast. */
  readonly throttled: number;
  readonly steadySeconds: number;
}

/** The least use of a quota while there is more to ask. */
const useFloor = 0.9;
/** What an account keeps of its use at least when another has as much to ask. */
const togetherFloor = 0.95;

/** The use of each account together with the others by its use alone. */
export function keptTogether({ alone, together }: Pick<QuotaFigures, 'alone' | 'together'>): number[] {
  return together.used.map((used, index) => used / (alone[index]?.used[0] ?? Number.NaN));
}

/** Whether no quota was exceeded, each was used well, and no account slowed another. */
export function holdsQuotas(figures: QuotaFigures): boolean {
  const { alone, together, fullestWindow, throttled } = figures;
  return (
    fullestWindow <= 1 &&
    throttled === 0 &&
    [...alone, together].every(({ used }) => used.every((share) => share >= useFloor)) &&
    keptTogether(figures).every((share) => share >= togetherFloor)
  );
}

/** How much longer than the bare trace a resubmit may take. */
const mostOfTrace = 1.6;

/** Whether one failure alone is submitted again soon enough: the medians count. */
export function isSoon({ floorMs, resubmitMs }: ResubmitFigures): boolean {
  return resubmitMs.p50 <= mostOfTrace * floorMs.p50;
}

/** What a run has found. */
export interface Report {
  /**
   * Whether the ingress reaches the floor under every load, a burst stays within its memory, the quotas are held and used,
   * every storm keeps its bounds, workflows that grow and accounts stay within their bounds, and one failure alone is
   * submitted again soon; null where none of them is judged (`--quick`, or left out).
   */
  readonly ok: boolean | null;
  readonly machine: Machine;
  readonly seconds: number;
  /** The least median ratio that the ingress must reach, with one caller and with many. */
  readonly ingressFloors: typeof ingressFloors;
  /** Empty where that part is left out; the other parts are null then. */
  readonly ingress: readonly IngressFigures[];
  readonly halfLoad: HalfLoadFigures | null;
  readonly queues: QueueFigures | null;
  /** Null also where the system does not say how much memory a process has. */
  readonly memory: MemoryFigures | null;
  readonly workerCpu: WorkerFigures | null;
  readonly itemsWaiting: ItemFigures | null;
  readonly backfill: BackfillFigures | null;
  readonly resubmit: ResubmitFigures | null;
  readonly accounts: AccountsFigures | null;
  readonly quotas: QuotaFigures | null;
  readonly storms: readonly StormFigures[] | null;
  readonly limits: readonly LimitFigures[] | null;
}

/**
 * The ingress must reach this share of the bare call's deliveries per second. With one caller the rate is nothing but
 * latency, and the leanest process between a sender and the call reaches 0.87 to 0.90.
 */
export const ingressFloors = { one: 0.87, many: 0.95 } as const;
/** p99 at half load may be this many times the bare call's. */
export const mostOfBareP99 = 1.15;
/** What one process takes from a queue, by the bare call. */
export const queueFloor = 0.95;
/** By which memory may differ between a fifth of the events and all of them, in MB: what a collection leaves for the next. */
export const mostGrowthMegabytes = 16;

/** The floor under this load. */
export function ingressFloorOf({ callers }: Pick<IngressFigures, 'callers'>): number {
  return callers === 1 ? ingressFloors.one : ingressFloors.many;
}

/** Whether the ingress reaches the floor under this load: the median of the pairs counts. */
export function reachesFloor(figures: Pick<IngressFigures, 'ratio' | 'callers'>): boolean {
  return figures.ratio.median >= ingressFloorOf(figures);
}

/** Whether the tail at half load is near enough to the bare call's: the median of the pairs counts. */
export function holdsTail({ ratio }: Pick<HalfLoadFigures, 'ratio'>): boolean {
  return ratio.median <= mostOfBareP99;
}

/** Whether one process takes enough from a queue. */
export function drainsQueue({ ratio }: Pick<QueueFigures, 'ratio'>): boolean {
  return ratio.median >= queueFloor;
}

/** Whether memory is flat. */
export function isFlat({ firstMegabytes, megabytes }: Pick<MemoryFigures, 'firstMegabytes' | 'megabytes'>): boolean {
  return megabytes - firstMegabytes <= mostGrowthMegabytes;
}
