import { defined } from '../../../defined.ts';
import { recorded, type CommandInput } from '../../shared/operatorCommands.ts';
import { instant, takeDue } from '../../shared/reminders.ts';
import { remember } from '../../shared/seen.ts';
import { noted, stay } from '../../shared/transition.ts';
import { closeCase, moveTo } from './closing.ts';
import { replanned } from '../reminderSchedule.ts';
import type { SecurityReportMessage } from '../contract.ts';
import { announcementNotice, reminderKey, reminderNotice } from '../notices.ts';
import { onCommand } from './operatorCommands.ts';
import { isProven, nothingTracked, proofText, tracked } from './proof.ts';
import { hasIssues, isOvertaken } from './reports.ts';
import {
  speaks,
  type Affected,
  type Announcement,
  type Check,
  type OpenPhase,
  type SecurityCaseState,
  type SecurityMessage,
  type SecurityPhase,
  type SecurityTransition,
} from '../state.ts';

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

function onIssues(state: SecurityCaseState, report: SecurityReportMessage): SecurityTransition {
  const before = state.phase.name === 'open' ? state.phase : undefined;
  const dueAt = instant(report.upcomingResolutionDueDate);
  const news = newsOf(before, report, dueAt);
  const kept = before?.dueAt === dueAt ? before?.schedule : undefined;
  // News is reported with what is affected now; and what was acknowledged or snoozed is not this.
  const { affected, acknowledged, snoozed } = news === undefined && before !== undefined ? before : {};
  return moveTo(state, {
    name: 'open',
    report,
    ...defined({
      dueAt,
      schedule: dueAt === undefined ? [] : kept,
      announce: before?.announce === 'opened' ? 'opened' : (news ?? before?.announce),
      tracking: before?.tracking,
      recheckedBy: before?.recheckedBy,
      affected,
      acknowledged,
      snoozed,
    }),
  });
}

/** True for a report that was made before the case was closed, and knows of nothing that the closing did not. */
function isOldNews(phase: SecurityPhase, report: SecurityReportMessage): boolean {
  if (phase.name !== 'clear' || phase.closedAt === undefined || report.newIssuesFound) return false;
  return Date.parse(report.reportedAt) < Date.parse(phase.closedAt);
}

function onReport(before: SecurityCaseState, report: SecurityReportMessage): SecurityTransition {
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
  { check, plan, followed }: Extract<SecurityMessage, { type: 'prepared' }>,
  nowMs: number,
): SecurityTransition {
  if (state.phase.name !== 'open') return stay(state);
  const { announce, recheckedBy, schedule: before, ...open } = state.phase;
  const planned = plan !== undefined && plan.dueAt === open.dueAt ? plan : undefined;
  // The due date may have moved since an activity was asked: its plan, by the policy that holds now, is of another date.
  const isStale = followed === true && planned === undefined && open.dueAt !== undefined;
  const kept = isStale ? undefined : before;
  const tracking = open.tracking ?? nothingTracked;
  const phase: OpenPhase = {
    ...open,
    ...(check !== undefined && { affected: affectedOf(check) }),
    tracking: check?.found?.readable === true ? tracked(tracking, check.found) : tracking,
    ...defined({ schedule: planned === undefined ? kept : replanned(planned, kept, state.sent, nowMs) }),
  };
  return afterCheck(answered(state, recheckedBy, phase), phase, announce, nowMs);
}

/** A check that an operator asked for leaves its answer in the notes: the command was answered before. */
function answered(state: SecurityCaseState, askedBy: string | undefined, { tracking }: OpenPhase): SecurityCaseState {
  if (askedBy === undefined) return state;
  const text =
    (tracking && proofText(tracking)) ?? 'No failed assessment is known: only a report without issues proves anything.';
  return noted(state, `Checked the assessments for ${askedBy}. ${text}`);
}

function afterCheck(
  state: SecurityCaseState,
  phase: OpenPhase,
  announce: Announcement | undefined,
  nowMs: number,
): SecurityTransition {
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

function onWoken(state: SecurityCaseState, nowMs: number): SecurityTransition {
  const { phase } = state;
  if (phase.name !== 'open') return stay(state);
  const { schedule, dueAt, snoozed, ...open } = phase;
  const over = snoozed !== undefined && Date.parse(snoozed.until) <= nowMs;
  const { due, ahead } = takeDue(schedule ?? [], nowMs, (reminder) => speaks(phase, reminder));
  const passed = ahead.length !== (schedule ?? []).length;
  if (!passed) return over ? moveTo(state, { ...open, ...defined({ dueAt, schedule }) }) : stay(state);
  // A schedule that is used up is planned again, for the next year of overdue reminders.
  const advanced: OpenPhase = {
    ...open,
    ...defined({ dueAt, snoozed: over ? undefined : snoozed, schedule: ahead.length > 0 ? ahead : undefined }),
  };
  const key = due === undefined || dueAt === undefined ? undefined : reminderKey(dueAt, due);
  const sent = key === undefined ? undefined : remember(state.sent, key);
  if (key === undefined || sent === undefined) return moveTo(state, advanced);
  return { state: { ...state, phase: advanced, sent }, notices: [reminderNotice(state.account, advanced, key, nowMs)] };
}

function onCancelled(before: SecurityCaseState, command: CommandInput, nowMs: number): SecurityTransition {
  const state = recorded(before, 'cancel', command, nowMs);
  const { report } = before.phase;
  const abandoned: SecurityPhase = { name: 'ended', end: 'abandoned', ...defined({ report }) };
  return report === undefined ? moveTo(state, abandoned) : closeCase(state, abandoned, { how: 'abandoned', report });
}

/**
 * The state machine of a case: pure and total. A message that makes no sense in the present phase changes nothing.
 * @returns the state after the message, and the notices that it decides upon.
 */
export function next(
  state: SecurityCaseState,
  message: SecurityMessage,
  { nowMs }: { readonly nowMs: number },
): SecurityTransition {
  switch (message.type) {
    case 'report':
      return onReport(state, message.report);
    case 'prepared':
      return onPrepared(state, message, nowMs);
    case 'woken':
      return onWoken(state, nowMs);
    case 'cancelled':
      return onCancelled(state, message.command, nowMs);
    case 'acknowledge':
    case 'snooze':
    case 'resolve':
    case 'reopen':
    case 'recheck':
      return onCommand(state, message, nowMs);
  }
}
