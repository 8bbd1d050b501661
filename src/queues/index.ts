import { isDeepStrictEqual } from 'node:util';
import type { Logger } from 'pino';
import type { QueueConfiguration } from '../config/queues.ts';
import { defined } from '../defined.ts';
import type { ReportDeadLetters } from './deadLetterWatch.ts';
import { createGate, type GateCheck } from './gate.ts';
import { startQueue, type QueueState } from './receiver.ts';
import type { TakeEvent } from './taking.ts';

/** The queues of a process, which are received from. */
export interface RunningQueues {
  readonly states: () => readonly QueueState[];
  /** Receives from these from now on; one change after another. */
  readonly follow: (queues: readonly QueueConfiguration[]) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** What they work with. */
export interface QueuesOptions {
  readonly queues: readonly QueueConfiguration[];
  /** Of the token service; AWS's own where it is left out. */
  readonly tokenServiceEndpoint?: string;
  /** Whether Temporal takes events; it must not throw. */
  readonly check: () => Promise<GateCheck>;
  readonly take: TakeEvent;
  readonly reportDeadLetters: ReportDeadLetters;
  /** Between two counts of a dead-letter queue, in milliseconds; a minute where it is left out. */
  readonly countEveryMs?: number;
  readonly logger: Logger;
}

/**
 * Receives from all queues, with one gate for all: there is one Temporal. It starts whether or not anything can be reached,
 * and follows the configuration: what is as it was goes on, what has gone or changed ends what it has under way first.
 */
export function startQueues(options: QueuesOptions): RunningQueues {
  const { queues, check, take, reportDeadLetters, logger, tokenServiceEndpoint, countEveryMs } = options;
  const gate = createGate(check, (reason) => {
    if (reason === undefined) logger.info({}, 'Temporal takes events again: the queues are received from');
    else logger.warn({ reason }, 'Temporal takes no events: nothing is received from the queues');
  });
  const begin = (queue: QueueConfiguration) => {
    const own = logger.child({ transport: 'sqs', queue: queue.name });
    const common = { queue, gate, take, reportDeadLetters, logger: own };
    return { by: queue, running: startQueue({ ...common, ...defined({ tokenServiceEndpoint, countEveryMs }) }) };
  };
  let all = queues.map(begin);
  let isClosing = false;
  return {
    states: () => all.map(({ running }) => running.state()),
    async follow(next) {
      const isSame = (one: QueueConfiguration, other: QueueConfiguration): boolean => isDeepStrictEqual(one, other);
      const before = all;
      all = before.filter(({ by }) => next.some((queue) => isSame(queue, by)));
      const ended = before.filter((one) => !all.includes(one));
      await Promise.all(ended.map(({ running }) => running.close()));
      if (isClosing) return;
      all = next.map((queue) => all.find(({ by }) => isSame(queue, by)) ?? begin(queue));
    },
    async close() {
      isClosing = true;
      await Promise.all(all.map(({ running }) => running.close()));
    },
  };
}
