import type { ExpectedCalls } from '../../vendors/marketplaceCatalog/port.ts';

/**
 * The calls that an activity attempt will make of a change set with one entity, where nothing else happened to it: what is
 * known before the first of them.
 */
export const expectedCalls = {
  /** Describes it, and nothing else. */
  description: { describeChangeSet: 1 },
  /** Also checks what else happened to its entities. */
  check: { describeChangeSet: 1, describeEntity: 1, lookUps: 1 },
  /** Also submits it again, as it was. */
  submit: { describeChangeSet: 1, describeEntity: 1, lookUps: 1, tagsOf: 1, startChangeSet: 1 },
  /** What a submit makes beside a check, and what it makes of that where it is kept back. */
  sent: { tagsOf: 1, startChangeSet: 1 },
  notSent: { tagsOf: 0, startChangeSet: 0 },
} as const satisfies Readonly<Record<string, ExpectedCalls>>;
