import { dayMs } from '../shared/durations.ts';

/** The values by which unreadable bytes are kept. */
export interface QuarantinePolicy {
  /** How long they are kept, in milliseconds. */
  readonly keepMs: number;
}

/** 30 days. */
export const quarantineDefaults: QuarantinePolicy = { keepMs: 30 * dayMs };
