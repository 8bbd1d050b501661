import { countText, subjectOf } from '../shared/subjects.ts';
import type { DeadLettersStateName } from './contract.ts';

/** The subject of a dead-letter queue: `111122223333/events-dead: 3 events not delivered`, as counted when it was shown. */
export function deadLettersSubject(name: string, state: DeadLettersStateName, count: number): string {
  return subjectOf([name], state === 'filled' ? `${countText(count, 'event')} not delivered` : state);
}
