import { subjectOf } from '../shared/subjects.ts';
import { observedMatter, type DigestStateName, type DigestSubject } from './contract.ts';

/** What a digest is about, in words: matters are the beginnings of ids, but this one. */
export function matterText(matter: string): string {
  return matter === observedMatter ? 'observe mode' : matter;
}

/** The subject of a digest: `Notices about change-set of 111122223333: gathering`. */
export function digestSubject({ account, matter }: DigestSubject, state: DigestStateName): string {
  return subjectOf([`Notices about ${matterText(matter)} of ${account}`], state);
}
