import { subjectOf } from '../shared/subjects.ts';
import type { Heading, HeldEventsStateName } from './contract.ts';

const matters: Readonly<Partial<Record<HeldEventsStateName, string>>> = {
  awaitingConfiguration: 'not configured',
  recorded: 'unknown kind of event',
  replaying: 'its events are replayed',
  discarding: 'its events are discarded',
};

/** The subject of a heading: `Account 111122223333: not configured`. A kind shows by the key that its workflow's id has. */
export function heldSubject(heading: Heading, state: HeldEventsStateName): string {
  const about = heading.by === 'account' ? `Account ${heading.account}` : heading.key;
  return subjectOf([about], matters[state] ?? state);
}
