import type { NamesInSubject } from '../../workflows/shared/subjects.ts';
import type { RouteContext } from '../delivery.ts';

/**
 * The server takes 400 bytes of summary payload (dynamic config limit.userMetadataSummarySize); a longer one would be
 * refused together with its event. The quotation marks of the JSON payload count, encryption adds 56 bytes, and a margin
 * is left.
 */
const longestSummaryBytes = 330;
const jsonBytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

/** Cuts a summary to what the server takes, at a character's border. */
export function fitSummary(text: string): string {
  if (jsonBytes(text) <= longestSummaryBytes) return text;
  let kept = '';
  for (const character of text) {
    if (jsonBytes(`${kept}${character}…`) > longestSummaryBytes) break;
    kept += character;
  }
  // A cut between a backslash and what it escapes would leave the backslash to show.
  return `${kept.replace(/\\+$/, '')}…`;
}

/**
 * What a new run gets for its subject: names of vendors and sellers show in it, unless keys are configured, be it only to
 * read. Search attributes are never encrypted.
 */
export function subjectNames({ encryption }: Pick<RouteContext, 'encryption'>): NamesInSubject {
  return encryption === undefined ? { namesInSubject: true } : {};
}
