import { details, jsonBlock, plain, readableTime } from '../shared/markdown.ts';
import type { SecurityStatus } from './messages.ts';
import { affectedLines, countsLine } from './notices.ts';
import { needsPerson, wakeAtMs, type ClearGround, type SecurityCaseState, type SecurityPhase } from './state.ts';

const titles: Record<SecurityPhase['name'], string> = {
  open: 'Security issues are open',
  clear: 'No security issues are open',
  abandoned: 'Cancelled',
};

function openStep(phase: Extract<SecurityPhase, { name: 'open' }>): string {
  if (phase.ladder === undefined || phase.affected === undefined) return 'The affected products are looked up.';
  const wakeMs = wakeAtMs(phase);
  const reminder =
    wakeMs === undefined
      ? 'No reminder lies ahead.'
      : `The next reminder goes out at ${readableTime(new Date(wakeMs).toISOString())}.`;
  return phase.acknowledged === undefined
    ? `${reminder} You: fix the products, or acknowledge.`
    : `${reminder} Acknowledged by ${phase.acknowledged.actor}: only the last reminders go out.`;
}

const clearSteps: Record<ClearGround, string> = {
  noReport: 'Nothing was reported yet; a report with issues opens the case.',
  report: 'The newest report shows no issues. A later report with issues opens the case again.',
  person: 'Resolved on a person’s word, confirmed by no report yet. A later report with issues opens the case again.',
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

function commandLines(phase: SecurityPhase): readonly string[] {
  if (phase.name !== 'open') return [];
  return [
    '',
    '**Answer here** (More Actions → Send an Update): `acknowledge` mutes all reminders but those of the last day and after the due date; `resolve` closes the case on your word.',
    jsonBlock({ actor: 'your name', reason: 'why' }),
  ];
}

/** The workflow's details in markdown: where the account stands, what to do, and what was done on whose word. */
export function securityDetails(state: SecurityCaseState): string {
  const { phase } = state;
  const affected = phase.name === 'open' ? affectedLines(phase.affected) : [];
  return details([
    `## ${needsPerson(state) ? 'Needs you: security issues' : titles[phase.name]}, account ${plain(state.account)}`,
    ...dueLine(phase),
    `**Next:** ${plain(nextStep(phase), 400)}`,
    ...(phase.report === undefined ? [] : [`- ${plain(countsLine(phase.report))}`]),
    ...affected.map((line) => `- ${plain(line)}`),
    ...commandLines(phase),
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

/** The same for programs. */
export function securityStatus(state: SecurityCaseState): SecurityStatus {
  const { phase } = state;
  return {
    state: phase.name,
    account: state.account,
    ...(phase.name === 'open' && phase.dueAt !== undefined ? { dueAt: phase.dueAt } : {}),
    ...(phase.report === undefined ? {} : { report: phase.report }),
    remindersSent: state.sent,
    nextStep: nextStep(phase),
    notes: state.notes,
    audit: state.audit,
  };
}
