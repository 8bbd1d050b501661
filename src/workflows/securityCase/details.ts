import { defined } from '../../defined.ts';
import { details, jsonBlock, plain, readableTime } from '../shared/markdown.ts';
import type { SecurityCommand, SecurityStatus } from './contract.ts';
import { affectedLines, reportLines } from './notices.ts';
import { takenCommands } from './transitions/operatorCommands.ts';
import {
  needsDecision,
  reminderAtMs,
  type ClearGround,
  type OpenPhase,
  type SecurityCaseState,
  type SecurityPhase,
} from './state.ts';

/** As much of each as leaves room for what can be answered. */
const namedOptions = 5;
const longestLine = 300;

const titles: Record<SecurityPhase['name'], string> = {
  open: 'Security issues are open',
  clear: 'No security issues are open',
  abandoned: 'Cancelled',
};

function openStep(phase: OpenPhase): string {
  if (phase.schedule === undefined || phase.affected === undefined) return 'The affected products are looked up.';
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
    'Resolved on an operator’s word, confirmed by no report yet. A later report with issues opens the case again.',
};

/** What happens next, by itself or by somebody, in a sentence. */
export function nextStep(phase: SecurityPhase): string {
  switch (phase.name) {
    case 'open':
      return openStep(phase);
    case 'clear':
      return clearSteps[phase.ground];
    case 'abandoned':
      return 'The run was cancelled: nobody is reminded. A later report starts it again.';
  }
}

function dueLine(phase: SecurityPhase): readonly string[] {
  if (phase.name !== 'open') return [];
  return [`**Due:** ${phase.dueAt === undefined ? 'the report names no date' : readableTime(phase.dueAt)}`];
}

const commandTexts: Record<SecurityCommand, string> = {
  acknowledge: 'mutes all reminders but those of the last day and after the due date',
  snooze: 'drops the reminders until a date, but never the last one before the due date',
  resolve: 'closes the case on your word',
  reopen: 'takes back that it was closed',
  recheck: 'checks the assessments at once',
};

/** A JSON example for each kind of data that is taken now. */
function commandLines(state: SecurityCaseState, nowMs: number): readonly string[] {
  const taken = takenCommands(state, nowMs);
  if (taken.length === 0) return [];
  const operator = { actor: 'your name', reason: 'why' };
  const plainOnes = taken.filter((command) => command !== 'snooze');
  return [
    '',
    '**Answer here** (More Actions → Send an Update):',
    ...taken.map((command) => `- \`${command}\` ${commandTexts[command]}`),
    '',
    `Data of ${plainOnes.map((command) => `\`${command}\``).join(', ')}:`,
    jsonBlock(operator),
    ...(taken.includes('snooze')
      ? ['Data of `snooze` (or `until` with a date in place of `days`):', jsonBlock({ ...operator, days: 7 })]
      : []),
  ];
}

/** The workflow's details in markdown: where the account stands, what to do, and what was done on whose word. */
export function securityDetails(state: SecurityCaseState, nowMs: number): string {
  const { phase } = state;
  const affected = phase.name === 'open' ? affectedLines(phase, namedOptions) : [];
  return details([
    `## ${needsDecision(state) ? 'Needs you: security issues' : titles[phase.name]}, account ${plain(state.account)}`,
    ...dueLine(phase),
    `**Next:** ${plain(nextStep(phase), 400)}`,
    ...(phase.report === undefined ? [] : reportLines(phase.report).map((line) => `- ${plain(line)}`)),
    ...affected.map((line) => `- ${plain(line, longestLine)}`),
    ...commandLines(state, nowMs),
    '',
    ...state.sent.slice(-5).map((key) => `- reminded: ${plain(key)}`),
    ...state.notes.slice(-5).map((note) => `- note: ${plain(note, 300)}`),
    ...state.audit
      .slice(-5)
      .map(
        ({ at, command, actor, reason }) =>
          `- ${readableTime(at)}: **${command}** by ${plain(actor)}: ${plain(reason)}`,
      ),
  ]);
}

function openStatus({ dueAt, acknowledged, snoozed, ...phase }: OpenPhase): Partial<SecurityStatus> {
  return {
    ...defined({ dueAt }),
    ...(phase.affected === undefined ? {} : { affected: affectedLines(phase) }),
    ...(acknowledged === undefined ? {} : { acknowledgedBy: acknowledged.actor }),
    ...(snoozed === undefined ? {} : { snoozedUntil: snoozed.until }),
  };
}

/** The reminder's name stands behind the last colon of a reminder's key. */
function lastReminderOf({ sent }: SecurityCaseState): Pick<SecurityStatus, 'lastReminder'> {
  const key = sent.at(-1);
  return key === undefined ? {} : { lastReminder: key.slice(key.lastIndexOf(':') + 1) };
}

/** The same for programs. */
export function securityStatus(state: SecurityCaseState, nowMs: number): SecurityStatus {
  const { phase } = state;
  return {
    state: phase.name,
    account: state.account,
    ...defined({ report: phase.report }),
    ...(phase.name === 'open' ? openStatus(phase) : {}),
    commands: takenCommands(state, nowMs),
    ...lastReminderOf(state),
    remindersSent: state.sent,
    nextStep: nextStep(phase),
    notes: state.notes,
    audit: state.audit,
  };
}
