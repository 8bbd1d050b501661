import { subjectOf } from '../shared/subjects.ts';

/** The subject of a test event: `Test event of account 111122223333: arrived`. */
export function testEventSubject(account: string, state: string): string {
  return subjectOf([`Test event of account ${account}`], state);
}
