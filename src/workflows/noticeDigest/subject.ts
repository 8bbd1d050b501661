import { subjectOf } from '../shared/subjects.ts';
import type { DigestStateName, DigestSubject } from './contract.ts';

/** The subject of a digest: `Notices about change-set of 111122223333: gathering`. */
export function digestSubject({ account, matter }: DigestSubject, state: DigestStateName): string {
  return subjectOf([`Notices about ${matter} of ${account}`], state);
}
