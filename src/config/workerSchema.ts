import { z } from 'zod';
import { queueNames } from '../workflows/shared/taskQueues.ts';

const most = 10_000;
const expected = `a whole number from 1 to ${most}`;
const count = z.number(expected).int(expected).min(1, expected).max(most, expected);

/**
 * Activities of a queue at once, in one process. Those of AWS mostly wait, for an answer or for a permit of a rate limiter:
 * an account with more to ask than its quota lets through has some dozens waiting, and must leave places to the others.
 */
const slotDefaults = { workflows: 100, aws: 500, buyWithPrime: 100, notices: 100 } as const;

/** How much a worker process does at once. */
export const workerSchema = z.strictObject({
  /** Workflows that a process keeps in memory at most; never more than its heap has room for. */
  cachedWorkflows: count.exactOptional(),
  slots: z
    .strictObject({
      workflows: count.default(slotDefaults.workflows),
      aws: count.default(slotDefaults.aws),
      buyWithPrime: count.default(slotDefaults.buyWithPrime),
      notices: count.default(slotDefaults.notices),
    } satisfies Record<(typeof queueNames)[number], unknown>)
    .prefault({}),
});

/** How much a worker process does at once. */
export type WorkerConfiguration = z.output<typeof workerSchema>;
