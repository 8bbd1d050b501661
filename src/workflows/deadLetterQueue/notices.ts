import { identityOf, type Notice } from '../shared/notices.ts';
import { readableTime, vendorText } from '../shared/markdown.ts';
import type { DeadLetters } from './state.ts';

/** Of a queue's name, in characters: AWS gives it 80, and the account 12. */
const longestName = 100;

/** Whose queue it is: the account that its name begins with. */
export function accountOf({ name }: Pick<DeadLetters, 'name'>): string {
  return /^([0-9]{12})\//.exec(name)?.[1] ?? 'unknown';
}

/** `1 message`, `3 messages` */
export function messageCount(count: number): string {
  return `${count} ${count === 1 ? 'message' : 'messages'}`;
}

/** What an operator does about messages in a dead-letter queue. */
export const wayOut =
  'Find the cause in the log of the ingress (it names each message that comes again), mend it, and move the messages back: ' +
  'steward dlq redrive. The queue drops them at the end of its retention.';

function noticeOf(letters: DeadLetters, part: string): Pick<Notice, 'id' | 'account' | 'workflowId'> {
  return identityOf(letters.workflowId, accountOf(letters), `${letters.since ?? ''}:${part}`);
}

/** The one notice of messages in the queue, however many come. */
export function openingNotice(letters: DeadLetters): Notice {
  const { name, source, count } = letters;
  return {
    ...noticeOf(letters, 'filled'),
    kind: 'opening',
    severity: 'critical',
    title: `Events are not delivered: ${messageCount(count)} in the dead-letter queue ${vendorText(name, longestName)}`,
    lines: [
      `They come from ${vendorText(source, longestName)}: each was received as often as that queue allows, and Temporal did not take it.`,
      'What they report is known to no workflow.',
    ],
    nextStep: wayOut,
  };
}

/** The notice that the queue is empty again. */
export function emptiedNotice(letters: DeadLetters): Notice {
  const { name, since } = letters;
  return {
    ...noticeOf(letters, 'emptied'),
    kind: 'resolution',
    severity: 'information',
    title: `The dead-letter queue ${vendorText(name, longestName)} is empty again`,
    lines: since === undefined ? [] : [`It held messages since ${readableTime(since)}.`],
    nextStep:
      'Nothing to do, unless the messages were deleted or expired: then compare with the listing of the account.',
  };
}
