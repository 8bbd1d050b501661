import type { AffectedProducts, SecurityReportMessage } from '../contract.ts';
import type { Tracking } from '../state.ts';

/** Delivery options that are followed; the list is carried from run to run. */
const followed = 200;

/** Nothing was found yet. */
export const nothingTracked: Tracking = { failed: [], passed: [], complete: true };

/** Adds what a check found. One that failed again, by a newer assessment, has to pass again. */
export function tracked(before: Tracking, found: Extract<AffectedProducts, { readable: true }>): Tracking {
  const bySubject = new Map(
    [...before.failed, ...(found.fixed ?? []), ...found.failed].map((option) => [option.subject, option] as const),
  );
  const failing = new Set(found.failed.map(({ subject }) => subject));
  const failed = [...bySubject.values()];
  return {
    failed: failed.slice(0, followed),
    passed: found.passed.filter((subject) => bySubject.has(subject) && !failing.has(subject)),
    complete: before.complete && failed.length <= followed && found.total <= found.failed.length,
  };
}

/**
 * True where the assessments prove that the issues are gone: every delivery option that was found failed has passed a
 * newer assessment, and they are at least as many as the versions that the report counts, so that none was out of snapshot.
 */
export function isProven({ failed, passed, complete }: Tracking, report: SecurityReportMessage): boolean {
  const counted = Math.max(report.numberOfVersionsWithIssues, report.numberOfLatestVersionsWithIssues, 1);
  return complete && failed.length >= counted && failed.every(({ subject }) => passed.includes(subject));
}

/** What is still missing for a proof, in a sentence; undefined where nothing was found failed. */
export function proofText({ failed, passed, complete }: Tracking): string | undefined {
  if (failed.length === 0) return undefined;
  const most = complete ? '' : 'more than ';
  return `Of ${most}${failed.length} affected delivery options, ${passed.length} have passed a newer assessment.`;
}
