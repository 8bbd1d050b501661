import type { AuditEntry } from '../shared/commands.ts';
import { instant, type Rung } from '../shared/reminders.ts';
import type { SecurityReportMessage } from './messages.ts';

/** A rung of this ladder; a quiet one is passed over while the case is acknowledged. */
export interface SecurityRung extends Rung {
  readonly quiet: boolean;
}

/** What the account's assessments showed, shortened to what is told; or why they could not be read. */
export type Affected =
  | {
      readonly readable: true;
      /** ISO 8601. */
      readonly lookedAt: string;
      readonly products: ReadonlyArray<{
        readonly entityId: string;
        readonly deliveryOptions: number;
        readonly codes: readonly string[];
      }>;
      /** Delivery options concerned in all. */
      readonly total: number;
    }
  | { readonly readable: false; readonly sentence: string };

/** What a notice is to tell at once: a case that opened, issues that are new, or a due date that came nearer. */
export type Announcement = 'opened' | 'newIssues' | 'sooner';

/** The case while issues are open. */
export interface OpenPhase {
  readonly name: 'open';
  /** The newest one. */
  readonly report: SecurityReportMessage;
  /** ISO 8601 in UTC with milliseconds; absent where the report names none that can be read. */
  readonly dueAt?: string | undefined;
  /** The rungs that lie ahead, earliest first; absent while they have to be planned. */
  readonly ladder?: readonly SecurityRung[] | undefined;
  /** Absent while it has to be looked up. */
  readonly affected?: Affected | undefined;
  /** Told as soon as what is affected is known. */
  readonly announce?: Announcement | undefined;
  readonly acknowledged?: { readonly actor: string; readonly at: string } | undefined;
}

/** Why a case counts as clear: nothing was reported yet, a report without issues proves it, or a person says so. */
export type ClearGround = 'noReport' | 'report' | 'person';

/** What the case is now. */
export type SecurityPhase =
  | OpenPhase
  | { readonly name: 'clear'; readonly ground: ClearGround; readonly report?: SecurityReportMessage | undefined }
  /** The run was cancelled. */
  | { readonly name: 'abandoned'; readonly report?: SecurityReportMessage | undefined };

/** All that one account's case is: plain JSON, carried through continue-as-new. */
export interface SecurityCaseState {
  readonly version: 1;
  readonly account: string;
  readonly phase: SecurityPhase;
  /** `{due date}:{rung}` of every reminder that was sent; far more than a year's are kept. */
  readonly sent: readonly string[];
  readonly seen: readonly string[];
  readonly audit: readonly AuditEntry[];
  readonly notes: readonly string[];
}

/** The case of an account of which nothing was reported. */
export function newCase(account: string): SecurityCaseState {
  return {
    version: 1,
    account,
    phase: { name: 'clear', ground: 'noReport' },
    sent: [],
    seen: [],
    audit: [],
    notes: [],
  };
}

/** True where any of a report's three counts is above zero. */
export function hasIssues(report: SecurityReportMessage): boolean {
  return (
    report.numberOfProductsWithIssues > 0 ||
    report.numberOfVersionsWithIssues > 0 ||
    report.numberOfLatestVersionsWithIssues > 0
  );
}

/** True where a report must not take the place of the newest: it is older, or of the same time and without its issues. */
export function isOvertaken(report: SecurityReportMessage, newest: SecurityReportMessage): boolean {
  const ageMs = Date.parse(newest.reportedAt) - Date.parse(report.reportedAt);
  return ageMs > 0 || (ageMs === 0 && hasIssues(newest) && !hasIssues(report));
}

/** True while somebody has to do something: an acknowledged case has found its person. */
export function needsPerson({ phase }: SecurityCaseState): boolean {
  return phase.name === 'open' && phase.acknowledged === undefined;
}

/** Whether a rung reminds now. */
export function speaks(phase: OpenPhase, rung: SecurityRung): boolean {
  return phase.acknowledged === undefined || !rung.quiet;
}

/** When the case has to be looked at next, in milliseconds since the epoch; undefined where nothing is planned. */
export function wakeAtMs(phase: OpenPhase): number | undefined {
  return phase.ladder?.find((rung) => speaks(phase, rung))?.atMs;
}

/**
 * Whether a person's command makes sense now.
 * @returns undefined where it does, else a sentence that says why not and what would.
 */
export function refusal({ phase }: SecurityCaseState, command: 'acknowledge' | 'resolve'): string | undefined {
  if (phase.name === 'open') return undefined;
  return `No security issues are open (${phase.name}): ${command} is taken when the state is open.`;
}

/** Reads a signal's payload, which anybody may have typed. Gives a sentence where it is no report. */
export function reportProblem(value: unknown): string | undefined {
  const given = typeof value === 'object' && value !== null ? (value as Partial<Record<string, unknown>>) : {};
  const counts = ['numberOfProductsWithIssues', 'numberOfVersionsWithIssues', 'numberOfLatestVersionsWithIssues'];
  const wrong = [
    ...(typeof given['eventId'] === 'string' && given['eventId'] !== '' ? [] : ['eventId (a text)']),
    ...(instant(given['reportedAt']) === undefined ? ['reportedAt (an ISO 8601 time)'] : []),
    ...counts.filter((field) => !Number.isSafeInteger(given[field])).map((field) => `${field} (a whole number)`),
    ...(typeof given['newIssuesFound'] === 'boolean' ? [] : ['newIssuesFound (true or false)']),
  ];
  if (wrong.length === 0) return undefined;
  return `A report was not taken, because fields are missing or of another kind: ${wrong.join(', ')}.`;
}
