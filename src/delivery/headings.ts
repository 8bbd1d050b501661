import { digestOf } from '../events/json.ts';
import type { Heading } from '../workflows/heldEvents/contract.ts';

/** The heading of an event of an account that is not configured. */
export function accountHeading(account: string): Heading {
  return { by: 'account', account };
}

/** The one heading of the further kinds of a source of which many are new. */
export function otherKindsHeading(source: string): Extract<Heading, { readonly by: 'kind' }> {
  return { by: 'kind', kind: `other kinds of ${source}`, key: `${source.replaceAll(/[^\w.-]/g, '-')}:others` };
}

/** The heading of a kind; its key is the kind in characters that a shell takes, and a digest for what they cannot show. */
export function kindHeading(kind: string): Extract<Heading, { readonly by: 'kind' }> {
  return { by: 'kind', kind, key: `${kind.replaceAll(/[^\w./-]/g, '-')}-${digestOf(kind).slice(0, 8)}` };
}
