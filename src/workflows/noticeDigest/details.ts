import { sumSentence } from '../shared/digests.ts';
import { details, plain, readableTime } from '../shared/markdown.ts';
import { answerLines, auditLines } from '../shared/operatorCommands.ts';
import { digestCommands, longestTitle, observedMatter, type DigestStatus } from './contract.ts';
import { shownObserved, sumOf } from './notices.ts';
import { stateName, type DigestCase } from './state.ts';
import { matterText } from './subject.ts';
import { takenCommands } from './transitions/next.ts';

const shownDecisions = 50;

function nextStep({ phase, subject, waiting }: DigestCase): string {
  if (phase.name === 'ended') {
    return subject.matter === observedMatter
      ? 'Nothing: for a whole day observe mode has kept nothing back, or this was cancelled.'
      : 'Nothing: notices are sent one by one again.';
  }
  const at = readableTime(new Date(phase.untilMs).toISOString());
  return waiting.length === 0
    ? `Nothing waits. This ends at ${at}, unless more notices come.`
    : `The steward sends the next digest at ${at}.`;
}

/** What observe mode kept back, as the next digest will say it; of a flood the numbers are enough. */
function linesWaiting({ subject, waiting }: DigestCase): readonly string[] {
  if (subject.matter !== observedMatter) return [];
  return waiting.slice(0, shownObserved).flatMap(({ title }) => (title === '' ? [] : [title]));
}

/** The workflow's details in markdown. */
export function digestDetails(digest: DigestCase): string {
  const { subject, waiting, reported, digests, lastDecisions } = digest;
  return details([
    `## ${stateName(digest)}: notices of account ${plain(subject.account)} (${plain(matterText(subject.matter))}) through ${plain(subject.channel)}`,
    `**Next:** ${nextStep(digest)}`,
    '',
    `- **waiting:** ${waiting.length === 0 ? 0 : sumSentence(sumOf(waiting))}`,
    ...linesWaiting(digest).map((line) => `- ${plain(line, longestTitle.observed)}`),
    `- **reported:** ${reported} in ${digests} digests`,
    ...lastDecisions.slice(0, shownDecisions).map((id) => `- ${plain(id)}`),
    ...(lastDecisions.length > shownDecisions ? [`- and ${lastDecisions.length - shownDecisions} more`] : []),
    ...digest.notes.slice(-5).map((note) => `- note: ${plain(note, 300)}`),
    ...auditLines(digest.audit ?? []),
    ...answerLines(digestCommands, takenCommands(digest), digest.workflowId),
  ]);
}

/** The same for programs. */
export function digestStatus(digest: DigestCase): DigestStatus {
  const { subject, waiting, reported, digests, lastDecisions, notes } = digest;
  return {
    state: stateName(digest),
    ...subject,
    reported,
    waiting: waiting.length,
    digests,
    lastDecisions,
    notes,
    commands: takenCommands(digest),
    audit: digest.audit ?? [],
    nextStep: nextStep(digest),
  };
}
