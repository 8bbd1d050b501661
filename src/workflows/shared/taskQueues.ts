/** The task queue of every workflow, and of the activities that call nothing but Temporal. */
export const stewardTaskQueue = 'steward';

/**
 * One task queue for each dependency: what cannot be reached keeps no slot from anything else, a dependency is paused by
 * stopping its workers, and each process holds only the secrets of what it calls (docs/architecture.md, Task queues).
 */
export const taskQueues = {
  workflows: stewardTaskQueue,
  aws: 'steward-aws',
  buyWithPrime: 'steward-buy-with-prime',
  notices: 'steward-notices',
} as const;

/** A queue, as operators name it. */
export type QueueName = keyof typeof taskQueues;

/** All queues, as operators name them. */
export const queueNames: readonly QueueName[] = ['workflows', 'aws', 'buyWithPrime', 'notices'];
