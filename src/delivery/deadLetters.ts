import {
  deadLetterQueueType,
  deadLetterQueueWorkflowId,
  deadLettersCountedSignal,
  type DeadLetterQueueInput,
  type DeadLettersCounted,
  type DeadLettersStateName,
  type WatchedQueue,
} from '../workflows/deadLetterQueue/contract.ts';
import { deadLettersSubject } from '../workflows/deadLetterQueue/subject.ts';
import { accountOf, messageCount } from '../workflows/deadLetterQueue/notices.ts';
import { plain, readableTime } from '../workflows/shared/markdown.ts';
import type { Delivery } from './delivery.ts';
import { fitSummary } from './routing/text.ts';

/** To the one alarm of a dead-letter queue: how many messages are there. That none is there begins no alarm. */
export function deadLettersDelivery(queue: WatchedQueue, counted: DeadLettersCounted): Delivery {
  const workflowId = deadLetterQueueWorkflowId(queue);
  const { count, at } = counted;
  const input: DeadLetterQueueInput = { version: 1, ...queue };
  const delivery: Delivery = {
    kind: 'deadLetters',
    eventId: `${workflowId}:${at}`,
    workflowType: deadLetterQueueType,
    workflowId,
    input,
    signal: { name: deadLettersCountedSignal.name, message: counted },
    attributes: {
      state: 'filled' satisfies DeadLettersStateName,
      account: accountOf(queue),
      attention: true,
      subject: deadLettersSubject(queue.name, 'filled', count),
    },
    staticSummary: fitSummary(`Events are in the dead-letter queue ${queue.name}`),
    staticDetails: `- **Counted:** ${messageCount(count)} in ${plain(queue.name)}, ${readableTime(at)}`,
    afterCompletion: 'startAgain',
  };
  return count > 0 ? delivery : { ...delivery, onlyIfOpen: true };
}
