import { hourMs } from '../shared/durations.ts';
import { readableTime } from '../shared/markdown.ts';
import { slowestOf } from './changeTypes.ts';
import type { ChangeSetCase } from './state.ts';
import { isQuiet } from './transitions/backfilled.ts';

/** A wait that no operator was asked about. */
export interface Wait {
  /** What is waited for: the same for waits that are alike. */
  readonly what: string;
  /** Which one of these, where that is known. */
  readonly on?: string;
  /** Its identity in the lineage: what is waited for, or since when. One notice reports it. */
  readonly identity: string;
  /** Milliseconds since the epoch. */
  readonly sinceMs: number;
  /** How long it may last before operators are notified, in milliseconds. */
  readonly usualMs: number;
}

/** Of no phase but that of an outcome is it known how long it usually lasts. */
const usualWaitMs = hourMs;

/** When AWS started the change set, where that is known, else since when its outcome is waited for. */
function runsSinceMs({ diagnosis, phaseSinceMs }: ChangeSetCase, changeSetId: string): number | undefined {
  const startMs = diagnosis?.changeSetId === changeSetId ? Date.parse(diagnosis.startTime ?? '') : Number.NaN;
  if (Number.isNaN(startMs)) return phaseSinceMs;
  // Another clock may be ahead of this one.
  return phaseSinceMs === undefined ? startMs : Math.min(startMs, phaseSinceMs);
}

function wait(
  what: string,
  sinceMs: number,
  usualMs: number = usualWaitMs,
  identity: string = `${what}:${sinceMs}`,
): Wait {
  return { what, identity, sinceMs, usualMs };
}

/** A successor holds the same changes as the change set before it. */
function outcomeWait(lineage: ChangeSetCase, changeSetId: string): Wait | undefined {
  const sinceMs = runsSinceMs(lineage, changeSetId);
  const { usualMs } = slowestOf(lineage.diagnosis?.changes ?? []);
  return sinceMs === undefined ? undefined : wait('outcome', sinceMs, usualMs, `outcome:${changeSetId}`);
}

/** What a lineage waits for now; undefined where an operator is asked, and at the end. */
export function waitOf(lineage: ChangeSetCase): Wait | undefined {
  const { phase, phaseSinceMs } = lineage;
  switch (phase.name) {
    case 'awaitingDecision':
    case 'ended':
      return undefined;
    case 'awaitingOutcome':
      return outcomeWait(lineage, phase.changeSetId);
    // A blocker that is found again, or another one, is the same wait.
    case 'awaitingBlocker':
      return { ...wait('blocker', phase.sinceMs), on: `${phase.blocker?.changeSetId ?? ''} ${phase.afterwards.name}` };
    case 'abandoning':
      if (phase.changeSetId !== undefined) return outcomeWait(lineage, phase.changeSetId);
      break;
    case 'inspecting':
    case 'diagnosing':
    case 'backingOff':
    case 'submitting':
      break;
  }
  return phaseSinceMs === undefined ? undefined : wait(phase.name, phaseSinceMs);
}

function isReported({ reportedWaits = [] }: ChangeSetCase, { identity }: Wait): boolean {
  return reportedWaits.some((reported) => reported.endsWith(`@${identity}`));
}

/**
 * When operators are to be notified that the present wait lasts, in milliseconds since the epoch; undefined where they
 * were, or where the digest of a backfill reports the lineage.
 */
export function reportAtMs(lineage: ChangeSetCase): number | undefined {
  const wait = waitOf(lineage);
  if (wait === undefined || /* guard */ isReported(lineage, wait) || isQuiet(lineage)) return undefined;
  return wait.sinceMs + wait.usualMs;
}

/** Since when the lineage waits, and that operators know, as sentences after the one that says for what. */
export function waitSentences(lineage: ChangeSetCase): readonly string[] {
  const wait = waitOf(lineage);
  if (wait === undefined) return [];
  const reported = isReported(lineage, wait);
  const since = `Since ${readableTime(new Date(wait.sinceMs).toISOString())}.`;
  return [
    ...(reported || lineage.phase.name === 'awaitingOutcome' ? [since] : []),
    ...(reported ? ['That is longer than usual; operators were notified.'] : []),
  ];
}
