import type { PlannedReminder } from '../../../activities/securityCase/reminderSchedule.ts';
import type { AffectedProducts } from '../../../activities/securityCase/index.ts';
import { recordCommand } from '../../shared/operatorCommands.ts';
import type { CommandInput } from '../../shared/operatorCommands.ts';
import { instant, takeDue } from '../../shared/reminders.ts';
import { remember } from '../../shared/seen.ts';
import { closeCase, moveTo, stay, type Transition } from './closing.ts';
import { scheduleOf } from '../reminderSchedule.ts';
import type { SecurityReportMessage } from '../contract.ts';
import { announcementNotice, reminderKey, reminderNotice } from '../notices.ts';
import { onCommand, type OperatorMessage } from './operatorCommands.ts';
import { isProven, nothingTracked, proofText, tracked } from './proof.ts';
import { hasIssues, isOvertaken } from './reports.ts';
import { speaks, type Affected, type Announcement, type OpenPhase, type SecurityCaseState } from '../state.ts';
import type { SecurityPhase } from '../state.ts';

/** What a check of the assessments gave: what it found, or a sentence on why it could not be had. */
export type Check =
  { readonly found: AffectedProducts; readonly at: string } | { readonly found?: undefined; readonly sentence: string };

/** What can happen to a case: reports, what the activities found, a timer's end, operators's commands. */
export type SecurityMessage =
  | OperatorMessage
  | { readonly type: 'report'; readonly report: SecurityReportMessage }
  | {
      readonly type: 'prepared';
      readonly check?: Check | undefined;
      /** With the due date that it was planned for. */
      readonly plan?:
        | { readonly dueAt: string; readonly quietReminders: number; readonly reminders: readonly PlannedReminder[] }
        | undefined;
    }
  | { readonly type: 'woken' }
  | { readonly type: 'cancelled'; readonly command: CommandInput }
  | { readonly type: 'noted'; readonly sentence: string };

/** Notes that are kept; what is older can be read in the history. */
const keptNotes = 50;

/** What of a newer report is news to operators. One that only repeats, or moves the date away, is none. */
function newsOf(
  before: OpenPhase | undefined,
  report: SecurityReportMessage,
  dueAt?: string,
): Announcement | undefined {
  if (before === undefined) return 'opened';
  if (report.newIssuesFound) return 'newIssues';
  if (dueAt === undefined) return undefined;
  return before.dueAt === undefined || Date.parse(dueAt) < Date.parse(before.dueAt) ? 'sooner' : undefined;
}

function onIssues(state: SecurityCaseState, report: SecurityReportMessage): Transition {
  const before = state.phase.name === 'open' ? state.phase : undefined;
  const dueAt = instant(report.upcomingResolutionDueDate);
  const news = newsOf(before, report, dueAt);
  const kept = before?.dueAt === dueAt ? before?.schedule : undefined;
  return moveTo(state, {
    name: 'open',
    report,
    dueAt,
    schedule: dueAt === undefined ? [] : kept,
    announce: before?.announce === 'opened' ? 'opened' : (news ?? before?.announce),
    tracking: before?.tracking,
    recheckedBy: before?.recheckedBy,
    // News is told with what is affected now; and what was acknowledged or snoozed is not this.
    ...(news === undefined
      ? { affected: before?.affected, acknowledged: before?.acknowledged, snoozed: before?.snoozed }
      : {}),
  });
}

/** True for a report that was made before the case was closed, and knows of nothing that the closing did not. */
function isOldNews(phase: SecurityPhase, report: SecurityReportMessage): boolean {
  if (phase.name !== 'clear' || phase.closedAt === undefined || report.newIssuesFound) return false;
  return Date.parse(report.reportedAt) < Date.parse(phase.closedAt);
}

function onReport(before: SecurityCaseState, report: SecurityReportMessage): Transition {
  const seen = remember(before.seen, report.eventId);
  if (seen === undefined) return stay(before);
  const state: SecurityCaseState = { ...before, seen };
  const { phase } = state;
  if (phase.report !== undefined && isOvertaken(report, phase.report)) return stay(state);
  if (!hasIssues(report)) {
    return closeCase(state, { name: 'clear', ground: 'report', report }, { how: 'report', report });
  }
  return isOldNews(phase, report) ? moveTo(state, { ...phase, report }) : onIssues(state, report);
}

function affectedOf(check: Check): Affected {
  if (check.found === undefined) {
    return { readable: false, sentence: `Which products are affected could not be read: ${check.sentence}` };
  }
  const { found, at } = check;
  if (found.readable) {
    const { options, total, missing, fingerprint } = found;
    return { readable: true, checkedAt: at, options, total, missing, fingerprint };
  }
  const sentence = `Which products are affected is not shown here: the account lacks the permission ${found.missing.join(', ')}.`;
  return { readable: false, sentence, fingerprint: found.fingerprint };
}

function onPrepared(
  state: SecurityCaseState,
  { check, plan }: Extract<SecurityMessage, { type: 'prepared' }>,
  nowMs: number,
): Transition {
  if (state.phase.name !== 'open') return stay(state);
  const { announce, recheckedBy, ...open } = state.phase;
  const planned = plan !== undefined && plan.dueAt === open.dueAt ? plan : undefined;
  const before = open.tracking ?? nothingTracked;
  const phase: OpenPhase = {
    ...open,
    affected: check === undefined ? open.affected : affectedOf(check),
    tracking: check?.found?.readable === true ? tracked(before, check.found) : before,
    schedule: planned === undefined ? open.schedule : scheduleOf(planned, nowMs),
  };
  return told(noted(state, recheckedBy, phase), phase, announce, nowMs);
}

/** A check that an operator asked for leaves its answer in the notes, for the update has been answered before. */
function noted(state: SecurityCaseState, askedBy: string | undefined, { tracking }: OpenPhase): SecurityCaseState {
  if (askedBy === undefined) return state;
  const text =
    (tracking && proofText(tracking)) ?? 'No failed assessment is known: only a report without issues proves anything.';
  return withNote(state, `Checked at the assessments for ${askedBy}. ${text}`);
}

function told(
  state: SecurityCaseState,
  phase: OpenPhase,
  announce: Announcement | undefined,
  nowMs: number,
): Transition {
  const { report, tracking = nothingTracked } = phase;
  if (isProven(tracking, report)) {
    const closedAt = new Date(nowMs).toISOString();
    const closing = { how: 'assessments', report, options: tracking.failed.length } as const;
    return closeCase(state, { name: 'clear', ground: 'assessments', report, closedAt }, closing);
  }
  if (announce === undefined) return moveTo(state, phase);
  if (phase.affected === undefined) return moveTo(state, { ...phase, announce });
  return { state: { ...state, phase }, notices: [announcementNotice(state, phase, announce, nowMs)] };
}

function onWoken(state: SecurityCaseState, nowMs: number): Transition {
  const { phase } = state;
  if (phase.name !== 'open') return stay(state);
  const { schedule, dueAt, snoozed, ...open } = phase;
  const over = snoozed !== undefined && Date.parse(snoozed.until) <= nowMs;
  const left = over ? undefined : snoozed;
  const { due, ahead } = takeDue(schedule ?? [], nowMs, (reminder) => speaks(phase, reminder));
  const passed = ahead.length !== (schedule ?? []).length;
  if (!passed) return over ? moveTo(state, { ...open, dueAt, schedule, snoozed: left }) : stay(state);
  // A schedule that is used up is planned again, for the next year of overdue reminders.
  const climbed: OpenPhase = { ...open, dueAt, snoozed: left, schedule: ahead.length > 0 ? ahead : undefined };
  const key = due === undefined || dueAt === undefined ? undefined : reminderKey(dueAt, due);
  const sent = key === undefined ? undefined : remember(state.sent, key);
  if (key === undefined || sent === undefined) return moveTo(state, climbed);
  return { state: { ...state, phase: climbed, sent }, notices: [reminderNotice(state.account, climbed, key, nowMs)] };
}

function onCancelled(before: SecurityCaseState, command: CommandInput, nowMs: number): Transition {
  const at = new Date(nowMs).toISOString();
  const state: SecurityCaseState = { ...before, audit: recordCommand(before.audit, 'cancel', command, at) };
  const { report } = before.phase;
  const abandoned: SecurityPhase = { name: 'abandoned', report };
  return report === undefined ? moveTo(state, abandoned) : closeCase(state, abandoned, { how: 'abandoned', report });
}

function withNote(state: SecurityCaseState, sentence: string): SecurityCaseState {
  return { ...state, notes: [...state.notes, sentence].slice(-keptNotes) };
}

/**
 * The state machine of a case: pure and total. A message that makes no sense in the present phase changes nothing.
 * @returns the state after the message, and the notices that it decides upon.
 */
export function next(state: SecurityCaseState, message: SecurityMessage, nowMs: number): Transition {
  switch (message.type) {
    case 'report':
      return onReport(state, message.report);
    case 'prepared':
      return onPrepared(state, message, nowMs);
    case 'woken':
      return onWoken(state, nowMs);
    case 'cancelled':
      return onCancelled(state, message.command, nowMs);
    case 'noted':
      return stay(withNote(state, message.sentence));
    case 'acknowledge':
    case 'snooze':
    case 'resolve':
    case 'reopen':
    case 'recheck':
      return onCommand(state, message, nowMs);
  }
}
