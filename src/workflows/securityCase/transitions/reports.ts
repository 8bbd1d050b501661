import { dayMs } from '../../shared/durations.ts';
import { instant } from '../../shared/reminders.ts';
import type { SecurityReportMessage } from '../contract.ts';

/** AWS gives weeks or months; what lies further ahead is more likely a mistake than a date to plan by. */
const plausibleMs = 2 * 365 * dayMs;

type Counted = Pick<
  SecurityReportMessage,
  'numberOfProductsWithIssues' | 'numberOfVersionsWithIssues' | 'numberOfLatestVersionsWithIssues' | 'newIssuesFound'
>;

/** True where a report speaks of issues in any way: only one that counts none, and found none, proves that none are left. */
export function hasIssues(report: Counted): boolean {
  return (
    report.numberOfProductsWithIssues > 0 ||
    report.numberOfVersionsWithIssues > 0 ||
    report.numberOfLatestVersionsWithIssues > 0 ||
    report.newIssuesFound
  );
}

/** True where a report must not take the place of the newest: it is older, or of the same time and without its issues. */
export function isOvertaken(report: SecurityReportMessage, newest: SecurityReportMessage): boolean {
  const ageMs = Date.parse(newest.reportedAt) - Date.parse(report.reportedAt);
  return ageMs > 0 || (ageMs === 0 && hasIssues(newest) && !hasIssues(report));
}

function countDoubt(report: SecurityReportMessage): string | undefined {
  const products = report.numberOfProductsWithIssues;
  const versions = report.numberOfVersionsWithIssues;
  const latest = report.numberOfLatestVersionsWithIssues;
  if (report.newIssuesFound && products === 0 && versions === 0 && latest === 0) return 'new issues, but none counted';
  if (products === 0 && (versions > 0 || latest > 0)) return 'versions with issues, but no product';
  if (latest > versions) return 'more latest versions than versions';
  if (versions < products) return 'fewer versions than products';
  return undefined;
}

function dateDoubt({ reportedAt, upcomingResolutionDueDate }: SecurityReportMessage): string | undefined {
  if (upcomingResolutionDueDate === undefined) return undefined;
  const dueAt = instant(upcomingResolutionDueDate);
  if (dueAt === undefined) return 'The report’s due date cannot be read.';
  const aheadMs = Date.parse(dueAt) - Date.parse(reportedAt);
  if (aheadMs < 0) return 'The due date had passed when the report was made.';
  if (aheadMs > plausibleMs)
    return 'The due date lies more than two years after the report: ask AWS whether it is right.';
  return undefined;
}

/**
 * What about a report cannot be right, in sentences. It is taken as it is all the same: every count above zero counts as
 * issues, and the due date is kept as it was given.
 */
export function doubtsAbout(report: SecurityReportMessage): readonly string[] {
  const counts = countDoubt(report);
  return [
    ...(counts === undefined
      ? []
      : [`The report contradicts itself: ${counts}. The steward takes it to mean that issues are open.`]),
    ...[dateDoubt(report) ?? []].flat(),
  ];
}

/** Reads a signal's payload, which anybody may have typed. Gives a sentence where it is no report. */
export function reportProblem(value: unknown): string | undefined {
  const given = typeof value === 'object' && value !== null ? (value as Partial<Record<string, unknown>>) : {};
  const counts = ['numberOfProductsWithIssues', 'numberOfVersionsWithIssues', 'numberOfLatestVersionsWithIssues'];
  const isCount = (found: unknown): boolean => Number.isSafeInteger(found) && Number(found) >= 0;
  const wrong = [
    ...(typeof given['eventId'] === 'string' && given['eventId'] !== '' ? [] : ['eventId (a text)']),
    ...(instant(given['reportedAt']) === undefined ? ['reportedAt (an ISO 8601 time)'] : []),
    ...counts.filter((field) => !isCount(given[field])).map((field) => `${field} (a whole number from 0)`),
    ...(typeof given['newIssuesFound'] === 'boolean' ? [] : ['newIssuesFound (true or false)']),
  ];
  if (wrong.length === 0) return undefined;
  return `Ignored a report: fields are missing or of another kind: ${wrong.join(', ')}.`;
}
