import { defined } from '../../defined.ts';
import { details, plain, readableTime, reminderLine } from '../shared/markdown.ts';
import { answerLines, auditLines } from '../shared/operatorCommands.ts';
import { securityCommands, securityWorkflowId, type SecurityStateName, type SecurityStatus } from './contract.ts';
import { affectedLines, reportLines } from './notices.ts';
import { takenCommands } from './transitions/operatorCommands.ts';
import {
  needsDecision,
  reminderAtMs,
  stateName,
  type ClearGround,
  type OpenPhase,
  type SecurityCaseState,
  type SecurityPhase,
} from './state.ts';

/** As much of each as leaves room for what can be answered. */
const namedOptions = 5;
const longestLine = 300;

const titles: Record<SecurityStateName, string> = {
  open: 'Security issues are open',
  clear: 'No security issues are open',
  abandoned: 'Cancelled',
};

function openStep(phase: OpenPhase): string {
  if (phase.schedule === undefined || phase.affected === undefined)
    return 'The steward looks up the affected products.';
  const { acknowledged, snoozed } = phase;
  const reminderMs = reminderAtMs(phase);
  const reminder =
    reminderMs === undefined
      ? 'No reminder lies ahead.'
      : `The next reminder goes out at ${readableTime(new Date(reminderMs).toISOString())}.`;
  return [
    reminder,
    ...(snoozed === undefined ? [] : [`Snoozed by ${snoozed.actor} until ${readableTime(snoozed.until)}.`]),
    acknowledged === undefined
      ? 'You: fix the products, or acknowledge.'
      : `Acknowledged by ${acknowledged.actor}: only the last reminders go out.`,
  ].join(' ');
}

const clearSteps: Record<ClearGround, string> = {
  noReport: 'Nothing was reported yet; a report with issues opens the case.',
  report: 'The newest report shows no issues. A later report with issues opens the case again.',
  assessments:
    'Every affected delivery option has passed a newer assessment. A later report with issues opens the case again.',
  operator:
    'An operator resolved it; no report has confirmed that yet. A later report with issues opens the case again.',
};

function nextStep(phase: SecurityPhase): string {
  switch (phase.name) {
    case 'open':
      return openStep(phase);
    case 'clear':
      return clearSteps[phase.ground];
    case 'ended':
      return 'The run was cancelled: no reminder goes out. A later report starts it again.';
  }
}

/** The workflow's details in markdown: where the account stands, what to do, and what operators did. */
export function securityDetails(state: SecurityCaseState, nowMs: number): string {
  const { phase } = state;
  const open = phase.name === 'open' ? phase : undefined;
  return details([
    `## ${needsDecision(state) ? 'Needs you: security issues' : titles[stateName(state)]}, account ${plain(state.account)}`,
    ...(open ? [`**Due:** ${open.dueAt === undefined ? 'the report names no date' : readableTime(open.dueAt)}`] : []),
    `**Next:** ${plain(nextStep(phase), 400)}`,
    ...(phase.report === undefined ? [] : reportLines(phase.report).map((line) => `- ${plain(line)}`)),
    ...(open ? affectedLines(open, namedOptions) : []).map((line) => `- ${plain(line, longestLine)}`),
    '',
    ...answerLines(securityCommands, takenCommands(state, nowMs), securityWorkflowId(state.account)),
    '',
    ...state.sent.slice(-5).map((key) => reminderLine(key)),
    ...state.notes.slice(-5).map((note) => `- note: ${plain(note, 300)}`),
    ...auditLines(state.audit),
  ]);
}

/** The same for programs. */
export function securityStatus(state: SecurityCaseState, nowMs: number): SecurityStatus {
  const { phase } = state;
  const open = phase.name === 'open' ? phase : undefined;
  // The reminder's name stands behind the last colon of a reminder's key.
  const lastReminder = state.sent.at(-1)?.split(':').at(-1);
  return {
    state: stateName(state),
    account: state.account,
    ...defined({
      report: phase.report,
      dueAt: open?.dueAt,
      affected: open?.affected && affectedLines(open),
      acknowledgedBy: open?.acknowledged?.actor,
      snoozedUntil: open?.snoozed?.until,
      lastReminder,
    }),
    commands: takenCommands(state, nowMs),
    remindersSent: state.sent,
    nextStep: nextStep(phase),
    notes: state.notes,
    audit: state.audit,
  };
}
