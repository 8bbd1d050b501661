import { members, milliseconds } from '../shared/shapes.ts';

/** The values by which held events are asked about. */
export interface HeldEventsPolicy {
  /** How long the bytes are kept, in milliseconds: `policies.quarantine.keepMs`, for both. */
  readonly keepMs: number;
  /** How long before the first bytes expire operators are reminded, in milliseconds. */
  readonly warnBeforeMs: number;
}

/** As histories have it. */
export const heldEventsPolicy = members<HeldEventsPolicy>({ keepMs: milliseconds, warnBeforeMs: milliseconds });
