import { recordCommand } from '../../shared/operatorCommands.ts';
import type { CommandInput } from '../../shared/operatorCommands.ts';
import { readableTime } from '../../shared/markdown.ts';
import { instant } from '../../shared/reminders.ts';
import { closeCase, moveTo, stay, type Transition } from './closing.ts';
import { securityCommands, type SecurityCommand, type SnoozeCommand } from '../contract.ts';
import { acknowledgementNotice } from '../notices.ts';
import { hasIssues } from './reports.ts';
import type { ClearPhase, OpenPhase, SecurityCaseState } from '../state.ts';

const dayMs = 86_400_000;
const longestSnoozeDays = 3_650;

/** An operator's command with what belongs to it. */
export type OperatorMessage =
  | { readonly type: Exclude<SecurityCommand, 'snooze'>; readonly command: CommandInput }
  | { readonly type: 'snooze'; readonly command: SnoozeCommand };

function reopenRefusal(phase: ClearPhase): string | undefined {
  if (phase.report !== undefined && hasIssues(phase.report)) return undefined;
  return 'The newest report shows no issues: a later report with issues opens the case.';
}

function snoozeRefusal({ dueAt }: OpenPhase, nowMs: number): string | undefined {
  if (dueAt === undefined) return 'No due date is known, so there is no reminder to snooze.';
  if (Date.parse(dueAt) > nowMs) return undefined;
  return `The due date ${readableTime(dueAt)} has passed: reminders after it are not snoozed. Fix the products, or resolve.`;
}

/**
 * Whether an operator's command makes sense now, whatever its data.
 * @returns undefined where it does, else a sentence that says why not and what would.
 */
export function refusal({ phase }: SecurityCaseState, command: SecurityCommand, nowMs: number): string | undefined {
  if (command === 'reopen') {
    if (phase.name === 'clear') return reopenRefusal(phase);
    return `The case is ${phase.name}: reopen is taken when the state is clear.`;
  }
  if (phase.name !== 'open') {
    return `No security issues are open (${phase.name}): ${command} is taken when the state is open.`;
  }
  return command === 'snooze' ? snoozeRefusal(phase, nowMs) : undefined;
}

/** The commands that are taken now and change something. */
export function takenCommands(state: SecurityCaseState, nowMs: number): readonly SecurityCommand[] {
  const { phase } = state;
  const idle = phase.name === 'open' && phase.acknowledged !== undefined ? 'acknowledge' : undefined;
  return securityCommands.filter((command) => command !== idle && refusal(state, command, nowMs) === undefined);
}

/** Until when a snooze lasts, ISO 8601; undefined where its data is none. */
function snoozeEnd({ until, days }: SnoozeCommand, nowMs: number): string | undefined {
  if (until !== undefined) return instant(until);
  const isLength = typeof days === 'number' && days > 0 && days <= longestSnoozeDays;
  return isLength ? new Date(nowMs + Math.round(days * dayMs)).toISOString() : undefined;
}

/** What is wrong with a snooze's data, or with the time that it means; undefined where all is well. */
export function snoozeProblem({ phase }: SecurityCaseState, command: SnoozeCommand, nowMs: number): string | undefined {
  const example = 'Send for instance {"actor": "ann", "reason": "the fix is in review", "days": 7}.';
  if ((command.until === undefined) === (command.days === undefined)) {
    return `One of "until" and "days" is needed, and not both. ${example}`;
  }
  const end = snoozeEnd(command, nowMs);
  if (end === undefined) {
    return command.until === undefined
      ? `"days" must be a number above 0, at most ${longestSnoozeDays}, but it is ${JSON.stringify(command.days)}. ${example}`
      : `"until" must be a date like 2026-12-01, or a time like 2026-12-01T09:00:00Z, but it is ${JSON.stringify(command.until).slice(0, 60)}.`;
  }
  if (Date.parse(end) <= nowMs) return `"until" must lie ahead, but ${readableTime(end)} has passed.`;
  const dueAt = phase.name === 'open' ? phase.dueAt : undefined;
  if (dueAt === undefined || Date.parse(end) <= Date.parse(dueAt)) return undefined;
  return `A snooze ends at the due date at the latest, which is ${readableTime(dueAt)}; ${readableTime(end)} lies after it.`;
}

function onAcknowledge(state: SecurityCaseState, phase: OpenPhase, command: CommandInput, nowMs: number): Transition {
  if (phase.acknowledged !== undefined) return stay(state);
  const acknowledged = { actor: command.actor, at: new Date(nowMs).toISOString() };
  return {
    state: { ...state, phase: { ...phase, acknowledged } },
    notices: [acknowledgementNotice(state, phase, command, nowMs)],
  };
}

function onSnooze(state: SecurityCaseState, phase: OpenPhase, command: SnoozeCommand, nowMs: number): Transition {
  const until = snoozeEnd(command, nowMs);
  if (until === undefined || snoozeProblem(state, command, nowMs) !== undefined) return stay(state);
  if (phase.snoozed?.until === until) return stay(state);
  return moveTo(state, { ...phase, snoozed: { actor: command.actor, until } });
}

function onOpenCommand(
  state: SecurityCaseState,
  phase: OpenPhase,
  message: OperatorMessage,
  nowMs: number,
): Transition {
  const { actor, reason } = message.command;
  switch (message.type) {
    case 'acknowledge':
      return onAcknowledge(state, phase, message.command, nowMs);
    case 'snooze':
      return onSnooze(state, phase, message.command, nowMs);
    case 'recheck':
      // A check that is under way already answers this one too.
      if (phase.affected === undefined) return stay(state);
      return moveTo(state, { ...phase, affected: undefined, recheckedBy: actor });
    case 'resolve': {
      const closedAt = new Date(nowMs).toISOString();
      const clear: ClearPhase = { name: 'clear', ground: 'operator', report: phase.report, closedAt };
      return closeCase(state, clear, { how: 'operator', report: phase.report, actor, reason });
    }
    case 'reopen':
      return stay(state);
  }
}

function reopened(state: SecurityCaseState, { report }: ClearPhase): Transition {
  if (report === undefined) return stay(state);
  const dueAt = instant(report.upcomingResolutionDueDate);
  return moveTo(
    { ...state, reopenings: (state.reopenings ?? 0) + 1 },
    { name: 'open', report, dueAt, schedule: dueAt === undefined ? [] : undefined, announce: 'reopened' },
  );
}

/** Takes an operator's command; one that makes no sense now changes nothing, as its validator has said before. */
export function onCommand(before: SecurityCaseState, message: OperatorMessage, nowMs: number): Transition {
  if (refusal(before, message.type, nowMs) !== undefined) return stay(before);
  const audit = recordCommand(before.audit, message.type, message.command, new Date(nowMs).toISOString());
  const state: SecurityCaseState = { ...before, audit };
  if (state.phase.name === 'clear') return reopened(state, state.phase);
  return state.phase.name === 'open' ? onOpenCommand(state, state.phase, message, nowMs) : stay(state);
}
