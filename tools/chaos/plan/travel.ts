import type { PlannedEvent, Way } from '../records.ts';
import type { Draws } from './draws.ts';
import type { StoryEvent } from './story.ts';

const byQueue = 0.45;
const wrappedBySns = 0.4;
const duplicated = 0.2;
const late = 0.06;

/** The notification of SNS in which a queue that subscribes to a topic gets an event. */
function notification({ uuid }: Draws, body: string): string {
  return JSON.stringify({
    Type: 'Notification',
    MessageId: uuid(),
    TopicArn: 'arn:aws:sns:us-east-1:111122223333:steward',
    Message: body,
    Timestamp: '2026-11-01T12:00:00.000Z',
  });
}

/** Where it sets out, with its copies: some come twice or three times, at once or long after; some are late. */
function times(draws: Draws, atTheEarliest: number): readonly number[] {
  const first = atTheEarliest + (draws.happens(late) ? 0.25 * draws.fraction() : 0);
  const copies = draws.happens(duplicated) ? 1 + draws.below(2) : 0;
  const others = Array.from({ length: copies }, () =>
    draws.happens(0.5) ? first + 0.005 * draws.fraction() : first + (1 - first) * draws.fraction(),
  );
  return [first, ...others].map((at) => Math.min(1, at)).toSorted((one, other) => one - other);
}

/** Decides which way an event of a story comes, when, and how often. */
export function travelling(draws: Draws, event: StoryEvent, key: string, begin: number): PlannedEvent {
  const { after = 0, lost, puts: _puts, body, ...rest } = event;
  const way: Way = lost ? 'none' : event.vendor === 'aws' && draws.happens(byQueue) ? 'queue' : 'http';
  const isWrapped = way === 'queue' && draws.happens(wrappedBySns);
  const sentAt = times(draws, begin + after);
  return {
    ...rest,
    key,
    way,
    body: isWrapped ? notification(draws, body) : body,
    sentAt: way === 'none' ? sentAt.slice(0, 1) : sentAt,
  };
}
