import { details, plain, readableTime } from '../shared/markdown.ts';
import type { FanOutStatus } from './contract.ts';
import { endSentences } from './notices.ts';
import { stateName, type FanOutCase } from './state.ts';

function nextStep({ phase, problem }: FanOutCase): string {
  if (phase.name === 'ended') return endSentences[phase.end];
  return problem === undefined
    ? 'The steward delivers each part to its workflow, until Temporal has taken all.'
    : `The steward repeats it every hour. ${plain(problem, 500)}`;
}

/** The workflow's details in markdown. */
export function fanOutDetails(fanOut: FanOutCase): string {
  const { account, parts, arrivals, firstReceivedAt, notes } = fanOut;
  return details([
    `## ${stateName(fanOut)}: an event of ${parts} parts`,
    `**Next:** ${nextStep(fanOut)}`,
    '',
    `- **merchant:** ${plain(account)}`,
    `- **arrivals:** ${arrivals}`,
    ...(firstReceivedAt === undefined ? [] : [`- **first arrival:** ${readableTime(firstReceivedAt)}`]),
    ...notes.slice(-5).map((note) => `- note: ${plain(note, 300)}`),
  ]);
}

/** The same for programs. */
export function fanOutStatus(fanOut: FanOutCase): FanOutStatus {
  const { account, parts, arrivals, notes } = fanOut;
  return { state: stateName(fanOut), account, parts, arrivals, notes, nextStep: nextStep(fanOut) };
}
