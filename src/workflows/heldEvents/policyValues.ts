import { countFrom1, list, members, milliseconds } from '../shared/shapes.ts';

/** The values by which held events are asked about. */
export interface HeldEventsPolicy {
  /** How long the bytes are kept, in milliseconds: `policies.quarantine.keepMs`, for both. */
  readonly keepMs: number;
  /** How long before the first bytes expire operators are reminded, in milliseconds. */
  readonly warnBeforeMs: number;
  /** Operators are reminded once of what expires within this time, in milliseconds. */
  readonly remindedForMs: number;
  /** So long after their end, in milliseconds, it is checked whether bytes have expired: their own workflow lets them. */
  readonly afterExpiryMs: number;
  /** Between two such checks, where bytes have not expired that should have, in milliseconds. */
  readonly leastBetweenChecksMs: number;
  /** Pauses before the passes after the first, in milliseconds: those that were decided come to their end meanwhile. */
  readonly pausesMs: readonly number[];
  /** As many passes for a kind: what nobody can read yet does not become readable by waiting. */
  readonly passesByKind: number;
  /** No second notice says within this time that events are refused, in milliseconds. */
  readonly fullNoticeEveryMs: number;
}

/** As histories have it. */
export const heldEventsPolicy = members<HeldEventsPolicy>({
  keepMs: milliseconds,
  warnBeforeMs: milliseconds,
  remindedForMs: milliseconds,
  afterExpiryMs: milliseconds,
  leastBetweenChecksMs: milliseconds,
  pausesMs: list(milliseconds),
  passesByKind: countFrom1,
  fullNoticeEveryMs: milliseconds,
});
