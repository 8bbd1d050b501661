import { defined } from '../../defined.ts';
import { details, plain, readableTime } from '../shared/markdown.ts';
import type { MorningStateName, MorningStatus } from './contract.ts';
import { stateName, type MorningCase } from './state.ts';

const headings: Readonly<Record<MorningStateName, string>> = {
  collecting: 'Collecting what the morning digest says',
  reported: 'The morning digest',
  sentBefore: 'No second digest on this day',
  notAsked: 'No route asks for this digest any more',
  tooLate: 'Left out: no worker took it in time',
  failed: 'Left out: Temporal did not answer',
  abandoned: 'Cancelled: no digest',
};

const longestLine = 500;

function nextStep(morning: MorningCase): string {
  switch (stateName(morning)) {
    case 'collecting':
      return 'The steward asks Temporal’s lists, and sends the digest.';
    case 'reported':
      return 'Nothing to do here. The digest says what is.';
    case 'sentBefore':
      return 'Nothing to do. The next digest comes tomorrow.';
    case 'notAsked':
      return 'Nothing to do. The workers delete the schedule.';
    case 'tooLate':
    case 'failed':
    case 'abandoned':
      return 'Nothing to do. The next digest covers this time too. As it stands now: steward status';
  }
}

/** The workflow's details in markdown. */
export function morningDetails(morning: MorningCase): string {
  const { said, plannedAt, at, timeZone, notes } = morning;
  return details([
    `## ${plain(said?.title ?? headings[stateName(morning)])}`,
    `**Next:** ${plain(nextStep(morning))}`,
    '',
    ...(said?.lines ?? []).map((line) => `- ${plain(line, longestLine)}`),
    `- **planned:** ${plain(at)} (${plain(timeZone)}), ${readableTime(plannedAt)}`,
    ...notes.slice(-5).map((note) => `- note: ${plain(note, 300)}`),
  ]);
}

/** The same for programs, and for the next run. */
export function morningStatus(morning: MorningCase): MorningStatus {
  const { digestId, plannedAt, before, notes } = morning;
  const { sentDay, reportedUntil } = before;
  return {
    state: stateName(morning),
    digestId,
    plannedAt,
    ...defined({ sentDay, reportedUntil }),
    notes,
    nextStep: nextStep(morning),
  };
}
