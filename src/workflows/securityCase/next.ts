import type { PlannedRung } from '../../activities/rungs.ts';
import { recordCommand } from '../shared/audit.ts';
import type { PersonCommand } from '../shared/commands.ts';
import type { Notice } from '../shared/notices.ts';
import { instant, takeDue } from '../shared/reminders.ts';
import { remember } from '../shared/seen.ts';
import { ladderOf } from './ladder.ts';
import type { SecurityReportMessage } from './messages.ts';
import { announcementNotice, closingNotice, reminderKey, reminderNotice, type Closing } from './notices.ts';
import {
  hasIssues,
  isOvertaken,
  refusal,
  speaks,
  type Affected,
  type Announcement,
  type OpenPhase,
  type SecurityCaseState,
  type SecurityPhase,
} from './state.ts';

/** What can happen to a case: reports, what the activities found, a timer's end, people's commands. */
export type SecurityMessage =
  | { readonly type: 'report'; readonly report: SecurityReportMessage }
  | {
      readonly type: 'prepared';
      readonly affected?: Affected | undefined;
      /** With the due date that it was planned for. */
      readonly plan?:
        { readonly dueAt: string; readonly quietRungs: number; readonly rungs: readonly PlannedRung[] } | undefined;
    }
  | { readonly type: 'woken' }
  | { readonly type: 'acknowledge' | 'resolve'; readonly command: PersonCommand }
  | { readonly type: 'cancelled'; readonly command: PersonCommand }
  | { readonly type: 'noted'; readonly sentence: string };

/** The state after a message, and what it makes the workflow send. */
export interface Transition {
  readonly state: SecurityCaseState;
  readonly notices: readonly Notice[];
}

/** Notes that are kept; what is older can be read in the history. */
const keptNotes = 50;

const stay = (state: SecurityCaseState): Transition => ({ state, notices: [] });
const moveTo = (state: SecurityCaseState, phase: SecurityPhase): Transition => stay({ ...state, phase });

/** What of a newer report is news to people. One that only repeats, or moves the date away, is none. */
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
  const kept = before?.dueAt === dueAt ? before?.ladder : undefined;
  return moveTo(state, {
    name: 'open',
    report,
    dueAt,
    ladder: dueAt === undefined ? [] : kept,
    announce: before?.announce === 'opened' ? 'opened' : (news ?? before?.announce),
    // What was acknowledged is not this.
    acknowledged: news === undefined ? before?.acknowledged : undefined,
  });
}

/** Closes a case; people who were told of it are told of its end. */
function close(state: SecurityCaseState, phase: SecurityPhase, closing: Closing): Transition {
  const told = state.phase.name === 'open' && state.phase.announce !== 'opened';
  return { state: { ...state, phase }, notices: told ? [closingNotice(state.account, closing)] : [] };
}

function onReport(before: SecurityCaseState, report: SecurityReportMessage): Transition {
  const seen = remember(before.seen, report.eventId);
  if (seen === undefined) return stay(before);
  const state: SecurityCaseState = { ...before, seen };
  const newest = before.phase.report;
  if (newest !== undefined && isOvertaken(report, newest)) return stay(state);
  if (hasIssues(report)) return onIssues(state, report);
  return close(state, { name: 'clear', ground: 'report', report }, { how: 'report', report });
}

function onPrepared(
  state: SecurityCaseState,
  { affected, plan }: Extract<SecurityMessage, { type: 'prepared' }>,
  nowMs: number,
): Transition {
  if (state.phase.name !== 'open') return stay(state);
  const { announce, ...open } = state.phase;
  const planned = plan !== undefined && plan.dueAt === open.dueAt ? plan : undefined;
  const phase: OpenPhase = {
    ...open,
    affected: affected ?? open.affected,
    ladder: planned === undefined ? open.ladder : ladderOf(planned.rungs, planned.quietRungs, nowMs),
  };
  if (announce === undefined) return moveTo(state, phase);
  if (phase.affected === undefined) return moveTo(state, { ...phase, announce });
  return {
    state: { ...state, phase },
    notices: [announcementNotice(state.account, phase, announce, nowMs)],
  };
}

function onWoken(state: SecurityCaseState, nowMs: number): Transition {
  const { phase } = state;
  if (phase.name !== 'open' || phase.ladder === undefined || phase.dueAt === undefined) return stay(state);
  const { due, ahead } = takeDue(phase.ladder, nowMs, (rung) => speaks(phase, rung));
  if (ahead.length === phase.ladder.length) return stay(state);
  // A ladder that is used up is planned anew, for the next year of overdue rungs.
  const climbed: SecurityCaseState = { ...state, phase: { ...phase, ladder: ahead.length > 0 ? ahead : undefined } };
  const key = due === undefined ? undefined : reminderKey(phase.dueAt, due);
  const sent = key === undefined ? undefined : remember(state.sent, key);
  if (key === undefined || sent === undefined) return stay(climbed);
  return { state: { ...climbed, sent }, notices: [reminderNotice(state.account, phase, key, nowMs)] };
}

function onCommand(
  before: SecurityCaseState,
  type: 'acknowledge' | 'resolve',
  command: PersonCommand,
  nowMs: number,
): Transition {
  const { phase } = before;
  if (refusal(before, type) !== undefined || phase.name !== 'open') return stay(before);
  const at = new Date(nowMs).toISOString();
  const state: SecurityCaseState = { ...before, audit: recordCommand(before.audit, type, command, at) };
  if (type === 'resolve') {
    return close(
      state,
      { name: 'clear', ground: 'person', report: phase.report },
      { how: 'person', report: phase.report, ...command },
    );
  }
  if (phase.acknowledged !== undefined) return stay(state);
  return moveTo(state, { ...phase, acknowledged: { actor: command.actor, at } });
}

function onCancelled(before: SecurityCaseState, command: PersonCommand, nowMs: number): Transition {
  const at = new Date(nowMs).toISOString();
  const state: SecurityCaseState = { ...before, audit: recordCommand(before.audit, 'cancel', command, at) };
  const { report } = before.phase;
  const abandoned: SecurityPhase = { name: 'abandoned', report };
  return report === undefined ? moveTo(state, abandoned) : close(state, abandoned, { how: 'abandoned', report });
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
    case 'acknowledge':
    case 'resolve':
      return onCommand(state, message.type, message.command, nowMs);
    case 'cancelled':
      return onCancelled(state, message.command, nowMs);
    case 'noted':
      return stay({ ...state, notes: [...state.notes, message.sentence].slice(-keptNotes) });
  }
}
