import { defined } from '../../../defined.ts';
import { dayMs } from '../../shared/durations.ts';
import { readableTime } from '../../shared/markdown.ts';
import { commandsIn, recorded, stateRefusal } from '../../shared/operatorCommands.ts';
import { instant } from '../../shared/reminders.ts';
import { stay } from '../../shared/transition.ts';
import { securityCommands, type GivenSecurityCommand, type SecurityCommand, type SnoozeCommand } from '../contract.ts';
import { acknowledgementNotice } from '../notices.ts';
import {
  stateName,
  type ClearPhase,
  type OpenPhase,
  type SecurityCaseState,
  type SecurityPhase,
  type SecurityTransition,
} from '../state.ts';
import { closeCase, moveTo } from './closing.ts';
import { hasIssues } from './reports.ts';

/** Why a command makes no sense now, whatever its data, in a state that takes it. */
function caseRefusal(phase: SecurityPhase, command: SecurityCommand, nowMs: number): string | undefined {
  if (command === 'reopen') {
    if (phase.report !== undefined && hasIssues(phase.report)) return undefined;
    return 'The newest report shows no issues; a later report with issues opens the case.';
  }
  if (command !== 'snooze' || phase.name !== 'open') return undefined;
  const { dueAt } = phase;
  if (dueAt === undefined) return 'No due date is known, so there is no reminder to snooze.';
  if (Date.parse(dueAt) > nowMs) return undefined;
  return `The due date ${readableTime(dueAt)} has passed, and no snooze drops later reminders. Fix the products, or resolve.`;
}

/** The commands that are taken now and change something. */
export function takenCommands(state: SecurityCaseState, nowMs: number): readonly SecurityCommand[] {
  const { phase } = state;
  const idle = phase.name === 'open' && phase.acknowledged !== undefined ? 'acknowledge' : undefined;
  return commandsIn(securityCommands, stateName(state)).filter(
    (command) => command !== idle && caseRefusal(phase, command, nowMs) === undefined,
  );
}

/** Until when a snooze lasts, ISO 8601. */
function snoozeEnd({ until, days = 0 }: SnoozeCommand, nowMs: number): string {
  return instant(until) ?? new Date(nowMs + Math.round(days * dayMs)).toISOString();
}

function snoozeProblem({ dueAt }: OpenPhase, command: SnoozeCommand, nowMs: number): string | undefined {
  if ((command.until === undefined) === (command.days === undefined)) {
    return 'One of "until" and "days" is needed, and not both, for example "days": 7.';
  }
  const end = snoozeEnd(command, nowMs);
  if (Date.parse(end) <= nowMs) return `"until" must lie ahead, but ${readableTime(end)} has passed.`;
  if (dueAt === undefined || Date.parse(end) <= Date.parse(dueAt)) return undefined;
  return `A snooze ends at the due date at the latest, which is ${readableTime(dueAt)}; ${readableTime(end)} lies after it.`;
}

/** Why a command is refused that the state takes, in a sentence; undefined where it makes sense. */
export function refusal(given: GivenSecurityCommand, { phase }: SecurityCaseState, nowMs: number): string | undefined {
  const sentence = caseRefusal(phase, given.type, nowMs);
  if (sentence !== undefined || given.type !== 'snooze' || phase.name !== 'open') return sentence;
  return snoozeProblem(phase, given.command, nowMs);
}

function onOpenCommand(
  state: SecurityCaseState,
  phase: OpenPhase,
  { type, command }: GivenSecurityCommand,
  nowMs: number,
): SecurityTransition {
  const { actor, reason } = command;
  const at = new Date(nowMs).toISOString();
  switch (type) {
    case 'acknowledge':
      if (phase.acknowledged !== undefined) return stay(state);
      return {
        state: { ...state, phase: { ...phase, acknowledged: { actor, at } } },
        notices: [acknowledgementNotice(state, phase, command, nowMs)],
      };
    case 'snooze': {
      const until = snoozeEnd(command, nowMs);
      return phase.snoozed?.until === until ? stay(state) : moveTo(state, { ...phase, snoozed: { actor, until } });
    }
    case 'recheck': {
      const { affected, ...open } = phase;
      // A check that is under way already answers this one too.
      return affected === undefined ? stay(state) : moveTo(state, { ...open, recheckedBy: actor });
    }
    case 'resolve': {
      const clear: ClearPhase = { name: 'clear', ground: 'operator', report: phase.report, closedAt: at };
      return closeCase(state, clear, { how: 'operator', report: phase.report, actor, reason });
    }
    case 'reopen':
      return stay(state);
  }
}

function reopened(state: SecurityCaseState, { report }: ClearPhase): SecurityTransition {
  if (report === undefined) return stay(state);
  const dueAt = instant(report.upcomingResolutionDueDate);
  const schedule = dueAt === undefined ? [] : undefined;
  return moveTo(
    { ...state, reopenings: (state.reopenings ?? 0) + 1 },
    { name: 'open', report, ...defined({ dueAt, schedule }), announce: 'reopened' },
  );
}

/** Takes an operator's command; one that makes no sense now changes nothing: its validator has refused it before. */
export function onCommand(before: SecurityCaseState, given: GivenSecurityCommand, nowMs: number): SecurityTransition {
  const refused = stateRefusal(securityCommands, given.type, stateName(before)) ?? refusal(given, before, nowMs);
  if (refused !== undefined) return stay(before);
  const state = recorded(before, given.type, given.command, nowMs);
  if (state.phase.name === 'clear') return reopened(state, state.phase);
  return state.phase.name === 'open' ? onOpenCommand(state, state.phase, given, nowMs) : stay(state);
}
