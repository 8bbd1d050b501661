import type { Machine } from './machine.ts';
import type { Spread } from './statistics.ts';

/** One side of the measurement of the ingress: the spread is over its rounds, the latencies over all its calls. */
export interface SideFigures {
  readonly deliveries: number;
  readonly deliveriesPerSecond: Spread;
  readonly latencyMs: { readonly p50: number; readonly p99: number };
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

interface WorkerSideFigures {
  readonly workflows: number;
  readonly cpuMsPerWorkflow: Spread;
}

/** The worker's processor time for a remediation against that for an empty workflow. */
export interface WorkerFigures {
  readonly pairsAsked: number;
  readonly pairs: number;
  readonly workflowsPerRound: number;
  readonly empty: WorkerSideFigures;
  readonly remediation: WorkerSideFigures;
  /** Remediation by empty, pair by pair. */
  readonly ratio: Spread;
}

/** A worker's process while so many items wait for the next try of their product query, and nothing else goes on. */
export interface WaitingFigures {
  readonly waiting: number;
  /** Resident memory of the whole process, the SDK's threads included. */
  readonly rssKilobytes: number;
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

/** What a run has found. */
export interface Report {
  /** Whether the ingress reaches the floor under every load; null where that is not judged (`--quick`, or left out). */
  readonly ok: boolean | null;
  readonly machine: Machine;
  readonly seconds: number;
  /** The least median ratio that the ingress must reach. */
  readonly ingressFloor: number;
  /** Empty where that part is left out. */
  readonly ingress: readonly IngressFigures[];
  /** Null where that part is left out. */
  readonly workerCpu: WorkerFigures | null;
  /** Null where that part is left out. */
  readonly itemsWaiting: ItemFigures | null;
}

/** The ingress must reach this share of the bare call's deliveries per second. */
export const ingressFloor = 0.85;

/** Whether the ingress reaches the floor under this load: the median of the pairs counts. */
export function reachesFloor({ ratio }: Pick<IngressFigures, 'ratio'>): boolean {
  return ratio.median >= ingressFloor;
}
