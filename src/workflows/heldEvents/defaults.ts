import { dayMs } from '../shared/durations.ts';
import { quarantineDefaults } from '../quarantinedEvent/defaults.ts';

/** The values by which held events are asked about. */
export interface HeldEventsPolicy {
  /** How long the bytes are kept, in milliseconds: `policies.quarantine.keepMs`, for both. */
  readonly keepMs: number;
  /** How long before the first bytes expire operators are reminded, in milliseconds. */
  readonly warnBeforeMs: number;
}

/** 30 days, and a reminder three days before. */
export const heldEventsDefaults: HeldEventsPolicy = { keepMs: quarantineDefaults.keepMs, warnBeforeMs: 3 * dayMs };
