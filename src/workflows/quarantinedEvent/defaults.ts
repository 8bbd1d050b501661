/** The values by which unreadable bytes are kept. */
export interface QuarantinePolicy {
  /** How long they are kept, in milliseconds. */
  readonly keepMs: number;
}

/** 30 days. */
export const quarantineDefaults: QuarantinePolicy = { keepMs: 30 * 86_400_000 };
