import { subjectOf } from '../shared/subjects.ts';

/** The subject of one event for several workflows: `Event for 40 workflows: delivering`. */
export function fanOutSubject(parts: number, matter: string): string {
  return subjectOf([`Event for ${parts} workflows`], matter);
}
