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

/** Receives from all queues, with one gate for all: there is one Temporal. It starts whether or not anything can be reached. */
export function startQueues(options: QueuesOptions): RunningQueues {
  const { queues, check, take, reportDeadLetters, logger, tokenServiceEndpoint, countEveryMs } = options;
  const gate = createGate(check, (reason) => {
    if (reason === undefined) logger.info({}, 'Temporal takes events again: the queues are received from');
    else logger.warn({ reason }, 'Temporal takes no events: nothing is received from the queues');
  });
  const running = queues.map((queue) => {
    const own = logger.child({ transport: 'sqs', queue: queue.name });
    const common = { queue, gate, take, reportDeadLetters, logger: own };
    return startQueue({ ...common, ...defined({ tokenServiceEndpoint, countEveryMs }) });
  });
  return {
    states: () => running.map((queue) => queue.state()),
    async close() {
      await Promise.all(running.map((queue) => queue.close()));
    },
  };
}
