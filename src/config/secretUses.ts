import type { QueueName } from '../workflows/shared/taskQueues.ts';

/** Whose secrets a process needs: it is not given what it does not use. */
export type SecretUse = 'ingress' | 'queues' | 'merchants' | 'accounts' | 'notices' | 'codecServer';

const secretsOfQueue: Readonly<Record<QueueName, readonly SecretUse[]>> = {
  workflows: [],
  aws: ['accounts'],
  buyWithPrime: ['merchants'],
  notices: ['notices'],
};

/** Whose secrets a worker of these queues needs. */
export function secretsOf(queues: readonly QueueName[]): SecretUse[] {
  return queues.flatMap((queue) => secretsOfQueue[queue]);
}
