import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { AuditEntry, CommandAnswer, CommandInput } from '../shared/operatorCommands.ts';
import type { SecurityPolicy } from './defaults.ts';
import type { SecurityCaseState } from './state.ts';

/** The workflow type, as registered in the bundle. */
export const securityCaseType = 'securityCase';

/** The id of the one workflow of a seller's security issues: `security:{account}`. */
export function securityWorkflowId(account: string): string {
  return `security:${account}`;
}

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
export interface SecurityCaseInput {
  readonly version: 1;
  readonly account: string;
  readonly policy?: Partial<SecurityPolicy>;
  /** The state of the run before, after continue-as-new. */
  readonly carried?: SecurityCaseState;
}

/** An operator's word that reminders may wait, until an instant (ISO 8601) or for so many days: one of the two. */
export interface SnoozeCommand extends CommandInput {
  readonly until?: string;
  readonly days?: number;
}

/** The commands that an operator gives about a case, each the name of its update. */
export const securityCommands = ['acknowledge', 'snooze', 'resolve', 'reopen', 'recheck'] as const;
/** One of them. */
export type SecurityCommand = (typeof securityCommands)[number];

/** What a query shows, and what a cancelled run leaves as its result. */
export interface SecurityStatus {
  /** clear, open or abandoned */
  readonly state: string;
  readonly account: string;
  readonly dueAt?: string;
  readonly report?: SecurityReportMessage;
  /** What is affected, in lines for operators. */
  readonly affected?: readonly string[];
  /** Who acknowledged the case. */
  readonly acknowledgedBy?: string;
  /** Until when reminders wait, ISO 8601. */
  readonly snoozedUntil?: string;
  /** The name of the last reminder's reminder, for instance `before-7d`. */
  readonly lastReminder?: string;
  /** The updates that are taken now. */
  readonly commands: readonly SecurityCommand[];
  /** Each as `{due date}:{reminder}`, the oldest first. */
  readonly remindersSent: readonly string[];
  readonly nextStep: string;
  readonly notes: readonly string[];
  readonly audit: readonly AuditEntry[];
}

export const securityReportSignal = defineSignal<[SecurityReportMessage]>('securityReport');
/** Mutes all reminders but those of the last day and after. */
export const acknowledgeUpdate = defineUpdate<CommandAnswer, [CommandInput]>('acknowledge');
/** Drops the reminders until a date, but never the last one before the due date. */
export const snoozeUpdate = defineUpdate<CommandAnswer, [SnoozeCommand]>('snooze');
/** An operator's word that the issues are fixed: the case becomes clear until a later report says otherwise. */
export const resolveUpdate = defineUpdate<CommandAnswer, [CommandInput]>('resolve');
/** Takes a closing back that was not proven by a report. */
export const reopenUpdate = defineUpdate<CommandAnswer, [CommandInput]>('reopen');
/** Checks at the assessments at once. */
export const recheckUpdate = defineUpdate<CommandAnswer, [CommandInput]>('recheck');
export const securityStatusQuery = defineQuery<SecurityStatus>('status');
