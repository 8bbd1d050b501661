import { defined } from '../../defined.ts';
import { details, plain, readableTime } from '../shared/markdown.ts';
import type { TestEventArrival, TestEventStatus } from './contract.ts';
import type { TestEventCase } from './state.ts';

/** By which way it came: `sqs, queue 111122223333/steward`. */
export function wayOf({ transport, queue }: Pick<TestEventArrival, 'transport' | 'queue'>): string {
  return queue === undefined ? transport : `${transport}, queue ${queue}`;
}

function nextStep({ account, arrival }: TestEventCase): string {
  if (arrival?.isConfigured !== false) return 'Nothing to do. A test event changes nothing.';
  return `Add accounts.${account} to the configuration: until then the events of this account are held.`;
}

/** The workflow's details in markdown. */
export function testEventDetails(test: TestEventCase): string {
  const { account, region, sentAt, arrival, notes } = test;
  return details([
    '## A test event has arrived',
    `**Next:** ${plain(nextStep(test), 500)}`,
    '',
    `- **account:** ${plain(account)}${region === undefined ? '' : ` (${plain(region)})`}`,
    `- **sent:** ${readableTime(sentAt)}`,
    ...(arrival === undefined
      ? ['- **arrived:** started by hand, no event has arrived']
      : [`- **arrived:** ${readableTime(arrival.arrivedAt)}, by ${plain(wayOf(arrival))}`]),
    ...notes.slice(-5).map((note) => `- note: ${plain(note, 300)}`),
  ]);
}

/** The same for programs. */
export function testEventStatus(test: TestEventCase): TestEventStatus {
  const { phase, testId, account, region, sentAt, arrival, notes } = test;
  const about = { testId, account, sentAt, ...defined({ region, arrival }) };
  return { state: phase.end, ...about, notes, nextStep: nextStep(test) };
}
