import { subjectOf } from '../shared/subjects.ts';
import type { QuarantineStateName } from './contract.ts';

const shownDigest = 12;

/** The subject of kept bytes: `Event 1a2b3c4d5e6f of 812 bytes: cannot be read`. Nothing of the bytes is in it. */
export function quarantineSubject(sha256: string, sizeBytes: number, state: QuarantineStateName): string {
  const matter = state === 'quarantined' || state === 'replaying' ? 'cannot be read' : state;
  return subjectOf([`Event ${sha256.slice(0, shownDigest)} of ${sizeBytes} bytes`], matter);
}
