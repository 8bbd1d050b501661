import { sha256Of } from './sha256.ts';

/** PostgreSQL keeps workflow ids as VARCHAR(255) in Temporal's schema; SQLite and the server itself take 1,000 bytes. */
const longestWorkflowId = 255;
/** Characters that stay readable: what the workflow is about, and the beginning of its subject's id. */
const readable = 128;
/** In no part of an id, so that no other id looks like a shortened one. */
const beforeDigest = '+';

/**
 * The id of a workflow in at most 255 bytes, for every database that Temporal has. A longer one becomes its beginning, `+`
 * and the SHA-256 of the whole in hex; a shorter one stays as it is. So the same id is always the same, two are never
 * alike, and to shorten one again changes nothing.
 */
export function fittingWorkflowId(id: string): string {
  if (new TextEncoder().encode(id).length <= longestWorkflowId) return id;
  const beginning = id.slice(0, readable).replaceAll(/[^\x21-\x7e]/g, '-');
  return `${beginning}${beforeDigest}${sha256Of(id)}`;
}
