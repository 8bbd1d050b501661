import type { DoneFacts, LostFacts } from './contract.ts';

/** A number with thousands apart. */
const grouped = (count: number): string => count.toLocaleString('en-US');

/** What is lost or waits unread, in words; undefined where nothing is. */
export function lostText({ roundsWithLost, quarantined, held, deadLetterQueues }: LostFacts): string | undefined {
  const parts = [
    ...(roundsWithLost > 0 ? [`found by ${roundsWithLost} ${roundsWithLost === 1 ? 'check' : 'checks'}`] : []),
    ...(quarantined > 0 ? [`${quarantined} unreadable`] : []),
    ...(held > 0 ? [`${held} held`] : []),
    ...(deadLetterQueues > 0 ? [`${deadLetterQueues} dead-letter ${deadLetterQueues === 1 ? 'queue' : 'queues'}`] : []),
  ];
  return parts.length === 0 ? undefined : parts.join(', ');
}

/** Kinds of events that no document names, in words; undefined where there is none. Nobody has to decide about them. */
export function recordedText({ recorded }: LostFacts): string | undefined {
  return recorded > 0 ? `${recorded} unknown ${recorded === 1 ? 'kind' : 'kinds'} recorded` : undefined;
}

/** The command that lists what is lost, without `steward`. */
export function lostCommand({ quarantined, held, deadLetterQueues }: LostFacts): string {
  if (quarantined + held > 0) return 'quarantine list';
  return deadLetterQueues > 0 ? 'list --type deadLetterQueue' : 'list --closed --state missedFound';
}

/** What ended, in words: `5: 1 failed, 3 remediated, 1 other`. */
export function doneText({ total, states, others, failed }: DoneFacts): string {
  const parts = [
    ...(failed > 0 ? [`${grouped(failed)} failed`] : []),
    ...states.map(([state, count]) => `${grouped(count)} ${state}`),
    ...(others > 0 ? [`${grouped(others)} ${others === 1 ? 'other' : 'others'}`] : []),
  ];
  return parts.length === 0 ? 'nothing' : `${grouped(total)}: ${parts.join(', ')}`;
}
