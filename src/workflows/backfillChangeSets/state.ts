import type { AuditEntry } from '../shared/operatorCommands.ts';
import { cursorAt, type Cursor, type FoundRow } from './cursor.ts';
import { burstMs, startedAtOnce } from './defaults.ts';
import type { BackfillPlan } from './input.ts';
import type { BackfillChangeSetsNumbers, FailedChangeSet } from './contract.ts';

/** What is done where nobody holds it up. */
type WorkName = 'finding' | 'delivering';

/** What the workflow does now. */
export type BackfillPhase =
  | { readonly name: WorkName }
  | { readonly name: 'paused'; readonly resumes: WorkName }
  /** Stopped, while the answer to what is under way is awaited. */
  | { readonly name: 'stopping' }
  | { readonly name: 'ended'; readonly end: 'completed' | 'stopped' };

/** How far a backfill is: plain JSON, carried through continue-as-new. Of the listing it holds a place, no rows. */
export interface Backfill {
  readonly version: 1;
  readonly phase: BackfillPhase;
  /** ISO 8601. */
  readonly startedAt: string;
  /** Counted on the first way through the listing, and put right on the second. */
  readonly found: number;
  readonly known: number;
  readonly started: number;
  readonly failed: number;
  /** Where in the listing. */
  readonly cursor: Cursor;
  /** 0 for the listing, then one for each repeat of what was not taken. */
  readonly pass: number;
  /** What this repeat has still to try. */
  readonly retried: readonly FoundRow[];
  /** What was not taken on this way. */
  readonly again: readonly FoundRow[];
  /** In a dry run, the first that would be started. */
  readonly sample: readonly string[];
  readonly failures: readonly FailedChangeSet[];
  /** Nothing is handed over before, in milliseconds since the epoch. */
  readonly nextAtMs: number;
  /** How long it took to hand over what was handed over, in milliseconds. */
  readonly busyMs: number;
  /** Why AWS is not asked any more. */
  readonly problem?: string;
  readonly audit: readonly AuditEntry[];
  readonly notes: readonly string[];
}

/** What is handed over in one go. */
export interface Batch {
  /** What is tried again; absent where the listing goes on. */
  readonly rows?: readonly FoundRow[];
  /** The most that are started. */
  readonly most: number;
}

/** A backfill of which nothing is done yet. */
export function newBackfill({ from }: BackfillPlan, nowMs: number): Backfill {
  return {
    version: 1,
    phase: { name: 'finding' },
    startedAt: new Date(nowMs).toISOString(),
    found: 0,
    known: 0,
    started: 0,
    failed: 0,
    cursor: cursorAt(from),
    pass: 0,
    retried: [],
    again: [],
    sample: [],
    failures: [],
    nextAtMs: nowMs,
    busyMs: 0,
    audit: [],
    notes: [],
  };
}

/** The word for the state column, and the result of a closed run. */
export function stateName({ phase }: Backfill): WorkName | 'paused' | 'stopping' | 'completed' | 'stopped' {
  return phase.name === 'ended' ? phase.end : phase.name;
}

/** The numbers of a backfill as they stand. */
export function numbersOf({ found, known, started, failed }: Backfill): BackfillChangeSetsNumbers {
  return { found, known, started, failed, left: found - known - started - failed };
}

/** How many may still be started. */
export function room({ started }: Backfill, { limit = Number.POSITIVE_INFINITY }: BackfillPlan): number {
  return Math.max(0, limit - started);
}

/** What is handed over next: what falls due in one burst where there is a rate, and never more than the limit. */
export function nextBatch(backfill: Backfill, plan: BackfillPlan): Batch {
  const { ratePerSecond } = plan;
  const due = ratePerSecond === undefined ? startedAtOnce : Math.max(1, Math.floor((ratePerSecond * burstMs) / 1_000));
  const most = Math.min(startedAtOnce, due, room(backfill, plan));
  return { most, ...(backfill.pass === 0 ? {} : { rows: backfill.retried.slice(0, startedAtOnce) }) };
}
