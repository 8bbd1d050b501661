import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { CaseInput, CommandedStatus, WorkflowContract } from '../shared/contract.ts';
import {
  plainDecision,
  type CommandName,
  type GivenCommand,
  type InputOf,
  type OperatorCommands,
} from '../shared/operatorCommands.ts';
import type { Followed, RecordedPolicy } from '../shared/policies.ts';
import type { SecurityPolicy } from './policyValues.ts';

/** The workflow type, as registered in the bundle. */
export const securityCaseType = 'securityCase';

/** The id of the one workflow of a seller's security issues: `security:{account}`. */
export function securityWorkflowId(account: string): string {
  return `security:${account}`;
}

/** The states, as `StewardState` shows them. */
export type SecurityStateName = 'open' | 'clear' | 'abandoned';

/** One summary report. Times are ISO 8601; a report without issues may have no due date. */
export interface SecurityReportMessage {
  readonly eventId: string;
  readonly reportedAt: string;
  readonly numberOfProductsWithIssues: number;
  readonly numberOfVersionsWithIssues: number;
  readonly numberOfLatestVersionsWithIssues: number;
  readonly newIssuesFound: boolean;
  readonly upcomingResolutionDueDate?: string;
}

/** What a run starts from. */
export interface SecurityCaseInput extends CaseInput<SecurityPolicy> {
  readonly account: string;
}

/** One delivery option whose newest assessment has failed, with what operators know it by. */
export interface AffectedOption {
  readonly entityId?: string;
  readonly productTitle?: string;
  readonly deliveryOptionId?: string;
  readonly versionTitle?: string;
  /** The controls that did not pass, each with its errors: `control: CODE (message)`. At most five, without addresses. */
  readonly problems: readonly string[];
}

/** What an account needs to be shown its assessments, by the names that IAM policies take. */
export type AssessmentPermission =
  'aws-marketplace:ListAssessments' | 'aws-marketplace:DescribeAssessment' | 'aws-marketplace:DescribeEntity';

/** One delivery option whose newest assessment is known to have failed, under the framework that it failed by. */
export interface FailedOption {
  /** Its identity; the same in every check. */
  readonly subject: string;
  /** When the failed assessment was made, ISO 8601; absent where the vendor names no time. */
  readonly failedAt?: string;
}

/** What the account's assessments show; an account that may not read them gets its reminders all the same. */
export type AffectedProducts = {
  /** Permissions without which assessments, controls or titles are not shown. */
  readonly missing: readonly AssessmentPermission[];
  /** Equal for two checks that found the same. */
  readonly fingerprint: string;
} & (
  | {
      readonly readable: true;
      /** At most twenty; `total` counts all. */
      readonly options: readonly AffectedOption[];
      readonly total: number;
      /** At most two hundred. */
      readonly failed: readonly FailedOption[];
      /** Options that had failed when the report was made, and have passed since; at most two hundred. Absent where there are none. */
      readonly fixed?: readonly FailedOption[];
      /** The subjects of those tracked, or fixed, that have passed a newer assessment. */
      readonly passed: readonly string[];
    }
  | { readonly readable: false }
);

/** What is checked. */
export interface AssessmentCheck {
  readonly account: string;
  readonly catalog: string;
  /** The delivery options that were found failed since the case opened. */
  readonly tracked: readonly FailedOption[];
  /** When the newest report was made, ISO 8601: a check may come long after it, and what had failed may be fixed. */
  readonly reportedAt: string;
}

/** A schedule of reminders around a due instant; lengths of time are in milliseconds. */
export interface ReminderPlan extends Omit<SecurityPolicy, 'lastCallMs' | 'checkEveryMs' | 'overduePlanned'> {
  /** ISO 8601. */
  readonly dueAt: string;
  /** How many of the reminders after the last of `overdueMs` are planned. */
  readonly overdueWeeks: number;
}

/** One reminder of a schedule. */
export interface PlannedReminder {
  /** Its name within the schedule, for instance `before-30d`, `day-0`, `overdue-14d`. */
  readonly reminder: string;
  /** ISO 8601. */
  readonly at: string;
}

/** The reminders of a due date. */
export interface SecurityPlan {
  /** The due date that they are of, ISO 8601. */
  readonly dueAt: string;
  /** How many of the first an acknowledgement mutes. */
  readonly quietReminders: number;
  /** Earliest first. */
  readonly reminders: readonly PlannedReminder[];
  /** Why they are not as configured, in a sentence; absent where they are. */
  readonly doubt?: string;
}

/** What a case goes by, so that an activity can answer what the configuration says by now. */
export interface SecurityFollowing extends RecordedPolicy<SecurityPolicy> {
  /** Absent where the report names none. */
  readonly dueAt?: string;
}

/** What the configuration says by now, and what it makes of the reminders: nothing while it says the same. */
export interface SecurityFollowed extends Followed<SecurityPolicy> {
  readonly plan?: SecurityPlan;
}

/** The activities of a security case. */
export interface SecurityActivities {
  /** Checks which products are affected. Throws a failure of the vocabulary, but never AccessDenied. */
  affectedProducts(
    check: AssessmentCheck,
    following?: SecurityFollowing & { readonly nowMs: number },
  ): Promise<AffectedProducts & SecurityFollowed>;
  /**
   * The same, given only once it differs from an earlier check, or once the configuration has changed: then that alone may be
   * the answer. Throws NotYet, which the server repeats, while nothing has changed or nobody answers.
   */
  watchAssessments(
    check: AssessmentCheck & { readonly known: string },
    following?: SecurityFollowing,
  ): Promise<(AffectedProducts | { readonly readable?: never }) & SecurityFollowed>;
}

/** What calls nobody. */
export interface ReminderActivities {
  /**
   * Computes when the reminders fall, with this machine's time zone data and the configuration as it is. RequestRejected for a
   * due date that is none.
   * @param nowMs milliseconds since the epoch.
   */
  planReminders(
    following: SecurityFollowing & { readonly dueAt: string; readonly nowMs: number },
  ): Promise<SecurityPlan & Followed<SecurityPolicy>>;
}

/** What operators can do. */
export const securityCommands = {
  acknowledge: {
    summary: 'Mute all reminders but those of the last day and after the due date.',
    takenIn: ['open'],
    fields: [],
    sameDecision: { whileStatusHas: 'acknowledgedBy' },
  },
  snooze: {
    summary: 'Drop the reminders until a date, but never the last one before the due date.',
    takenIn: ['open'],
    fields: [
      {
        name: 'days',
        kind: 'days',
        required: false,
        shown: true,
        help: 'For how many days, at most until the due date.',
        example: 7,
      },
      {
        name: 'until',
        kind: 'instant',
        required: false,
        help: 'Until when, in place of days: a date, or a time with its zone.',
        example: '2026-12-01',
      },
    ],
    sameDecision: { whileStatusHas: 'snoozedUntil' },
  },
  resolve: {
    summary: 'Close the case; a later report with issues opens it again.',
    takenIn: ['open'],
    ...plainDecision,
  },
  reopen: {
    summary: 'Open the case again, where no report has proven that it is clear.',
    takenIn: ['clear'],
    ...plainDecision,
  },
  recheck: {
    summary: 'Check the assessments at once; the case closes where they prove that the issues are gone.',
    takenIn: ['open'],
    fields: [],
    sameDecision: 'never',
  },
} as const satisfies OperatorCommands<SecurityStateName>;

/** The name of one of the commands. */
export type SecurityCommand = CommandName<typeof securityCommands>;

/** One of the commands with its data. */
export type GivenSecurityCommand = GivenCommand<typeof securityCommands>;

/** The data of `snooze`: one of `days` and `until`. */
export type SnoozeCommand = InputOf<typeof securityCommands.snooze>;

/** What the status query answers, and what a cancelled run leaves as its result. */
export interface SecurityStatus extends CommandedStatus<SecurityStateName, SecurityCommand> {
  readonly account: string;
  readonly dueAt?: string;
  readonly report?: SecurityReportMessage;
  /** What is affected, in lines for operators. */
  readonly affected?: readonly string[];
  /** Who acknowledged the case. */
  readonly acknowledgedBy?: string;
  /** Until when reminders wait, ISO 8601. */
  readonly snoozedUntil?: string;
  /** The name of the last reminder, for instance `before-7d`. */
  readonly lastReminder?: string;
  /** Each as `{due date}:{reminder}`, the oldest first. */
  readonly remindersSent: readonly string[];
}

export const securityReportSignal = defineSignal<[SecurityReportMessage]>('securityReport');
export const securityStatusQuery = defineQuery<SecurityStatus>('status');

/** What others need to know of the workflow. */
export const securityCaseContract = {
  type: securityCaseType,
  idPrefixes: ['security:'],
  states: { open: true, clear: true, abandoned: true },
  statusQuery: securityStatusQuery,
  commands: securityCommands,
  stays: true,
} as const satisfies WorkflowContract<SecurityStatus>;
