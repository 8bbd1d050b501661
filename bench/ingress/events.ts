import { randomBytes, randomUUID } from 'node:crypto';
import { readFixture, withReplaced } from '@marketplace-steward/testing/fixtures';

/** One success of a change set that nobody has seen before, in the bytes of the vendor's sample. */
export interface FreshEvent {
  readonly changeSetId: string;
  readonly bytes: Buffer;
}

const sample = {
  event: readFixture('changeSetSucceeded'),
  changeSetId: '76yesvf8y165pa4f98td2crtg',
  eventId: '01234567-0123-0123-0123-0123456789ab',
  requestId: '3d4c9f9b-b809-4f5e-9fac-a9ae98b05cbb',
};

/** The account of the vendor's samples. */
export const sampleAccount = '123456789012';

/** An id as long as the vendor's, of a-z and 0-9. */
export function freshChangeSetId(): string {
  return [...randomBytes(sample.changeSetId.length)].map((byte) => (byte % 36).toString(36)).join('');
}

/** So many of {@link freshEvent}. */
export function freshEvents(count: number): FreshEvent[] {
  return Array.from({ length: count }, freshEvent);
}

/** The vendor's sample of a success with fresh ids. */
export function freshEvent(): FreshEvent {
  const changeSetId = freshChangeSetId();
  const replacements = new Map([
    [sample.changeSetId, changeSetId],
    [sample.eventId, randomUUID()],
    [sample.requestId, randomUUID()],
  ]);
  return { changeSetId, bytes: Buffer.from(JSON.stringify(withReplaced(sample.event, replacements))) };
}
