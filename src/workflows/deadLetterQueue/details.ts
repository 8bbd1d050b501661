import { defined } from '../../defined.ts';
import { details, plain, readableTime } from '../shared/markdown.ts';
import type { DeadLettersStatus } from './contract.ts';
import { messageCount, wayOut } from './notices.ts';
import { stateName, type DeadLetters } from './state.ts';

const headings = {
  filled: 'Needs you: events are in a dead-letter queue',
  emptied: 'The dead-letter queue is empty',
  abandoned: 'Cancelled: nobody watches for the end of this',
} as const;

function nextStep(letters: DeadLetters): string {
  if (letters.phase.name === 'filled') return wayOut;
  return 'Nothing to do. Another message in the queue starts this workflow again.';
}

/** The workflow's details in markdown. */
export function deadLettersDetails(letters: DeadLetters): string {
  const { name, source, region, count, since, countedAt, notes } = letters;
  return details([
    `## ${headings[stateName(letters)]}`,
    `**Next:** ${plain(nextStep(letters), 500)}`,
    '',
    `- **queue:** ${plain(name)} (${plain(region)})`,
    `- **messages of:** ${plain(source)}`,
    `- **count:** ${messageCount(count)}${countedAt === undefined ? '' : `, ${readableTime(countedAt)}`}`,
    ...(since === undefined ? [] : [`- **since:** ${readableTime(since)}`]),
    ...notes.slice(-5).map((note) => `- note: ${plain(note, 300)}`),
  ]);
}

/** The same for programs. */
export function deadLettersStatus(letters: DeadLetters): DeadLettersStatus {
  const { region, name, source, count, since, notes } = letters;
  return {
    state: stateName(letters),
    region,
    name,
    source,
    count,
    ...defined({ since }),
    notes,
    nextStep: nextStep(letters),
  };
}
