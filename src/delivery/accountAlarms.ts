import type { Client } from '@temporalio/client';
import type { AccessRefusal, AccountAlarms } from '../ports/accountAlarms.ts';
import { failure } from '../ports/failures.ts';
import {
  accessRefusedSignal,
  accountHealthType,
  accountHealthWorkflowId,
  type AccessRefusedMessage,
  type AccountHealthInput,
} from '../workflows/accountHealth/messages.ts';
import type { RouteContext } from './context.ts';
import { deliver } from './deliver.ts';
import type { Delivery } from './delivery.ts';
import { createLimiter } from './limiter.ts';

/** A signal costs an action and the alarm needs no more to know that the account is still refused. */
const onceInMs = 60_000;

function accountHealthDelivery(
  { account, catalog, ...refusal }: AccessRefusal,
  { policies }: Pick<RouteContext, 'policies'>,
): Delivery {
  const policy = policies.accountHealth;
  const eventId = `${refusal.operation}:${refusal.failureType}:${refusal.at}`;
  const message: AccessRefusedMessage = { eventId, ...refusal };
  const input: AccountHealthInput = { version: 1, account, catalog, ...(policy === undefined ? {} : { policy }) };
  return {
    kind: 'accessRefused',
    eventId,
    workflowType: accountHealthType,
    workflowId: accountHealthWorkflowId(account),
    input,
    signal: { name: accessRefusedSignal.name, message },
    attributes: { state: 'refused', account, attention: true },
    staticSummary: `AWS Marketplace refuses account ${account}`,
    afterCompletion: 'startAgain',
  };
}

/**
 * Alarms over the one way to workflows. Of a storm of refusals one signal a minute goes out for each account, operation
 * and kind of refusal, from each process.
 */
export function createAccountAlarms(client: Client, context: Pick<RouteContext, 'policies'>): AccountAlarms {
  const limiter = createLimiter(onceInMs);
  return {
    async refused(refusal) {
      const { account, operation, failureType } = refusal;
      const key = `${account} ${operation} ${failureType}`;
      if (!limiter.admits(key, performance.now())) return;
      const delivered = await deliver(client, accountHealthDelivery(refusal, context));
      if (delivered.outcome !== 'unavailable') return;
      limiter.forget(key);
      throw failure('Unreachable', delivered.reason);
    },
  };
}
