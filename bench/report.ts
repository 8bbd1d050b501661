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

/** What a run has found. */
export interface Report {
  /** Whether the ingress reaches the floor under every load; null where that is not judged (`--quick`). */
  readonly ok: boolean | null;
  readonly machine: Machine;
  readonly seconds: number;
  /** The least median ratio that the ingress must reach. */
  readonly ingressFloor: number;
  readonly ingress: readonly IngressFigures[];
  readonly workerCpu: WorkerFigures;
}

/** The ingress must reach this share of the bare call's deliveries per second. */
export const ingressFloor = 0.85;

/** Whether the ingress reaches the floor under this load: the median of the pairs counts. */
export function reachesFloor({ ratio }: Pick<IngressFigures, 'ratio'>): boolean {
  return ratio.median >= ingressFloor;
}
