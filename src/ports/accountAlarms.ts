import type { AccessRefusedMessage, RefusedMerchant, RefusedSeller } from '../workflows/accountHealth/messages.ts';

/** One refused call, and whose. */
export type AccessRefusal = (RefusedSeller | RefusedMerchant) & Omit<AccessRefusedMessage, 'eventId'>;

/** Where refused calls are told of. */
export interface AccountAlarms {
  /** Tells of a refusal; one that was told of a moment ago is passed over. Throws Unreachable. */
  refused(refusal: AccessRefusal): Promise<void>;
}
