import { defined } from '../../defined.ts';
import type { AuditEntry, CommandInput } from '../shared/operatorCommands.ts';
import type { Reminder } from '../shared/reminders.ts';
import type { Transition } from '../shared/transition.ts';
import type {
  AffectedOption,
  AffectedProducts,
  FailedOption,
  GivenSecurityCommand,
  SecurityPlan,
  SecurityReportMessage,
  SecurityStateName,
} from './contract.ts';

/** A reminder of this schedule. */
export interface SecurityReminder extends Reminder {
  /** Passed over in silence while the case is acknowledged. */
  readonly quiet: boolean;
  /** No snooze drops it: the last one before the due date, and those after it. */
  readonly firm: boolean;
}

/** What the account's assessments showed; or why they could not be read. */
export type Affected =
  | {
      readonly readable: true;
      /** ISO 8601. */
      readonly checkedAt: string;
      readonly options: readonly AffectedOption[];
      /** Delivery options concerned in all. */
      readonly total: number;
      readonly missing: readonly string[];
      readonly fingerprint: string;
    }
  | { readonly readable: false; readonly sentence: string; readonly fingerprint?: string };

/** Which delivery options were found failed since the case opened, and which of them have passed since. */
export interface Tracking {
  readonly failed: readonly FailedOption[];
  /** Subjects of those that have passed a newer assessment. */
  readonly passed: readonly string[];
  /** False once there were more than are followed: then only a report proves anything. */
  readonly complete: boolean;
}

/** What a notice reports at once: a case that opened, issues that are new, a nearer due date, a closing taken back. */
export type Announcement = 'opened' | 'newIssues' | 'sooner' | 'reopened';

/** The case while issues are open. */
export interface OpenPhase {
  readonly name: 'open';
  /** The newest one. */
  readonly report: SecurityReportMessage;
  /** ISO 8601 in UTC with milliseconds; absent where the report names none that can be read. */
  readonly dueAt?: string;
  /** The reminders that lie ahead, earliest first; absent while they have to be planned. */
  readonly schedule?: readonly SecurityReminder[];
  /** Absent while it has to be looked up. */
  readonly affected?: Affected;
  readonly tracking?: Tracking;
  /** Reported as soon as what is affected is known. */
  readonly announce?: Announcement;
  readonly acknowledged?: { readonly actor: string; readonly at: string };
  /** `until` is ISO 8601. */
  readonly snoozed?: { readonly actor: string; readonly until: string };
  /** Who asked for the check that is under way. */
  readonly recheckedBy?: string;
}

/**
 * Why a case counts as clear: nothing was reported yet, a report without issues proves it, newer assessments prove it, or
 * an operator says so.
 */
export type ClearGround = 'noReport' | 'report' | 'assessments' | 'operator';

/** The case while none are. */
export interface ClearPhase {
  readonly name: 'clear';
  readonly ground: ClearGround;
  /** The newest one. */
  readonly report?: SecurityReportMessage;
  /** ISO 8601; absent where nothing was closed. */
  readonly closedAt?: string;
}

/** What the case is now. */
export type SecurityPhase =
  | OpenPhase
  | ClearPhase
  /** The run was cancelled. */
  | { readonly name: 'ended'; readonly end: 'abandoned'; readonly report?: SecurityReportMessage };

/** All that one account's case is: plain JSON, carried through continue-as-new. */
export interface SecurityCaseState {
  readonly version: 1;
  readonly account: string;
  readonly phase: SecurityPhase;
  /** `{due date}:{reminder}` of every reminder that was sent; far more than a year's are kept. */
  readonly sent: readonly string[];
  readonly seen: readonly string[];
  readonly audit: readonly AuditEntry[];
  readonly notes: readonly string[];
  /** How often an operator took a closing back: with it, what is reported again has an identity of its own. */
  readonly reopenings?: number;
  /** Of the first run: a start after a termination counts from the beginning under another one. */
  readonly firstRunId?: string;
}

/** What a check of the assessments gave: what it found, or a sentence on why it failed. */
export type Check =
  { readonly found: AffectedProducts; readonly at: string } | { readonly found?: never; readonly sentence: string };

/** What can happen to a case: reports, what the activities found, a timer's end, operators' commands. */
export type SecurityMessage =
  | GivenSecurityCommand
  | { readonly type: 'report'; readonly report: SecurityReportMessage }
  | {
      readonly type: 'prepared';
      readonly check?: Check;
      /** With the due date that it was planned for. */
      readonly plan?: SecurityPlan;
      /** The case goes by another policy from now on, of which the plan is. */
      readonly followed?: true;
    }
  | { readonly type: 'woken' }
  | { readonly type: 'cancelled'; readonly command: CommandInput };

/** The state after a message, and the notices that it makes the workflow send. */
export type SecurityTransition = Transition<SecurityCaseState>;

/** The case of an account of which nothing was reported. */
export function newCase(account: string, firstRunId?: string): SecurityCaseState {
  return {
    version: 1,
    account,
    ...defined({ firstRunId }),
    phase: { name: 'clear', ground: 'noReport' },
    sent: [],
    seen: [],
    audit: [],
    notes: [],
  };
}

/** The name of the state, and the result of a cancelled run. */
export function stateName({ phase }: SecurityCaseState): SecurityStateName {
  return phase.name === 'ended' ? phase.end : phase.name;
}

/** True while somebody has to do something: an acknowledged or snoozed case has found its operator. */
export function needsDecision({ phase }: SecurityCaseState): boolean {
  return phase.name === 'open' && phase.acknowledged === undefined && phase.snoozed === undefined;
}

/** Whether a reminder reminds. */
export function speaks({ acknowledged, snoozed }: OpenPhase, reminder: SecurityReminder): boolean {
  if (acknowledged !== undefined && reminder.quiet) return false;
  return snoozed === undefined || reminder.firm || reminder.atMs >= Date.parse(snoozed.until);
}

/** When the next reminder falls, in milliseconds since the epoch; undefined where none is planned. */
export function reminderAtMs(phase: OpenPhase): number | undefined {
  return phase.schedule?.find((reminder) => speaks(phase, reminder))?.atMs;
}

/** When the case has to be checked next: for a reminder, or because a snooze is over. As `reminderAtMs`. */
export function wakeAtMs(phase: OpenPhase): number | undefined {
  const reminderMs = reminderAtMs(phase);
  if (phase.snoozed === undefined) return reminderMs;
  return Math.min(Date.parse(phase.snoozed.until), reminderMs ?? Number.POSITIVE_INFINITY);
}
