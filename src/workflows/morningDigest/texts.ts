import type { DoneFacts, LostFacts } from './contract.ts';

/** A number with thousands apart. */
const grouped = (count: number): string => count.toLocaleString('en-US');

/** A part of what is lost, in words, and the command that lists it, without `steward`. */
interface LostPart {
  readonly text: string;
  readonly command: string;
}

/** What is lost or waits unread, by the command that lists it; nothing where nothing is. */
export function lostParts({ roundsWithLost, quarantined, held, deadLetterQueues }: LostFacts): readonly LostPart[] {
  const unread = [
    ...(quarantined > 0 ? [`${quarantined} unreadable`] : []),
    ...(held > 0 ? [`${held} held`] : []),
  ].join(', ');
  const queues = `${deadLetterQueues} dead-letter ${deadLetterQueues === 1 ? 'queue' : 'queues'}`;
  const checks = `found by ${roundsWithLost} ${roundsWithLost === 1 ? 'check' : 'checks'}`;
  return [
    ...(roundsWithLost > 0 ? [{ text: checks, command: 'list --closed --state missedFound' }] : []),
    ...(unread === '' ? [] : [{ text: unread, command: 'quarantine list' }]),
    ...(deadLetterQueues > 0 ? [{ text: queues, command: 'list --type deadLetterQueue' }] : []),
  ];
}

/** Kinds of events that no document names, in words; undefined where there is none. Nobody has to decide about them. */
export function recordedText({ recorded }: LostFacts): string | undefined {
  return recorded > 0 ? `${recorded} unknown ${recorded === 1 ? 'kind' : 'kinds'} recorded` : undefined;
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
