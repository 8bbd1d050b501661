import { workflowInfo } from '@temporalio/workflow';
import { carriedOr } from '../shared/carried.ts';
import { onSignal, runCase, type Carried } from '../shared/case.ts';
import { requireTexts } from '../shared/input.ts';
import { readDeadLetters } from './carried.ts';
import {
  deadLetterQueueContract,
  deadLettersCountedSignal,
  type DeadLetterQueueInput,
  type DeadLettersStatus,
} from './contract.ts';
import { deadLettersDetails, deadLettersStatus } from './details.ts';
import { accountOf } from './notices.ts';
import { newDeadLetters, stateName } from './state.ts';
import { deadLettersSubject } from './subject.ts';
import { next, readCount } from './transitions/next.ts';

const exampleInput = {
  version: 1,
  region: 'us-east-1',
  name: '111122223333/steward-dead',
  source: '111122223333/steward',
};

/**
 * The one alarm of a dead-letter queue: reports once that messages are there, however many come and however many processes
 * count them, and once that it is empty again. The ingress counts; this workflow makes no call and has no timer.
 * @returns how it ended.
 */
export async function deadLetterQueue(input: DeadLetterQueueInput & Carried): Promise<DeadLettersStatus> {
  requireTexts(input, ['region', 'name', 'source'], exampleInput);
  const { region, name, source } = input;
  const { workflowId } = workflowInfo();
  return runCase({
    contract: deadLetterQueueContract,
    input,
    state: carriedOr(input, readDeadLetters, () => newDeadLetters({ workflowId, region, name, source })),
    policy: undefined,
    next,
    status: deadLettersStatus,
    statusDescription: 'How many messages are in the dead-letter queue',
    details: deadLettersDetails,
    attributes: (letters) => ({
      state: stateName(letters),
      account: accountOf(letters),
      attention: letters.phase.name === 'filled',
      subject: deadLettersSubject(letters.name, stateName(letters), letters.count),
    }),
    signals: [
      onSignal(deadLettersCountedSignal, 'How many messages are there; sent by the ingress', (payload: unknown) => {
        const counted = readCount(payload);
        return typeof counted === 'string' ? counted : { type: 'counted', counted };
      }),
    ],
    cancelled: () => ({ type: 'cancelled' }),
    // Only the next count changes anything.
    work: () => Promise.resolve(),
  });
}
