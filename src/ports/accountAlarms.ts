import type { AccessRefusedMessage } from '../workflows/accountHealth/messages.ts';
import type { CatalogScope } from './marketplaceCatalog.ts';

/** One refused call, and whose. */
export interface AccessRefusal extends CatalogScope, Omit<AccessRefusedMessage, 'eventId'> {}

/** Where refused calls are told of. */
export interface AccountAlarms {
  /** Tells of a refusal; one that was told of a moment ago is passed over. Throws Unreachable. */
  refused(refusal: AccessRefusal): Promise<void>;
}
