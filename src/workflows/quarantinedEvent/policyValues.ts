import { members, milliseconds } from '../shared/shapes.ts';

/** The values by which unreadable bytes are kept. */
export interface QuarantinePolicy {
  /** How long they are kept, in milliseconds. */
  readonly keepMs: number;
}

/** As histories have it. */
export const quarantinePolicy = members<QuarantinePolicy>({ keepMs: milliseconds });
