import type { Client } from '@temporalio/client';
import { defined } from '../defined.ts';
import { failure } from '../failures.ts';
import {
  accessRefusedSignal,
  accountHealthType,
  accountHealthWorkflowId,
  merchantHealthWorkflowId,
  type AccessRefusedMessage,
  type AccountHealthInput,
  type RefusedMerchant,
  type RefusedSeller,
} from '../workflows/accountHealth/contract.ts';
import { plain, readableTime } from '../workflows/shared/markdown.ts';
import type { RouteContext } from './context.ts';
import { deliver } from './deliver.ts';
import type { Delivery } from './delivery.ts';
import { createLimiter } from './limiter.ts';
import { fitSummary } from './routing/text.ts';

/** One refused call, and whose. */
export type AccessRefusal = (RefusedSeller | RefusedMerchant) & Omit<AccessRefusedMessage, 'eventId'>;

/** Where refused calls are told of. */
export interface AccountAlarms {
  /** Tells of a refusal; one that was told of a moment ago is passed over. Throws Unreachable. */
  refused(refusal: AccessRefusal): Promise<void>;
}

/** A signal costs an action and the alarm needs no more to know that the calls are still refused. */
const onceInMs = 60_000;

/** Whose alarm it is, and the words for whoever checks it before a worker does. */
interface Alarm {
  readonly workflowId: string;
  readonly account: string;
  readonly subject: RefusedSeller | RefusedMerchant;
  readonly summary: string;
}

function alarmOf(refusal: AccessRefusal): Alarm {
  if ('businessProductId' in refusal) {
    const { businessProductId } = refusal;
    return {
      workflowId: merchantHealthWorkflowId(businessProductId),
      account: businessProductId,
      subject: { businessProductId },
      summary: `Buy with Prime cannot be asked for merchant ${plain(businessProductId)}`,
    };
  }
  const { account, catalog } = refusal;
  return {
    workflowId: accountHealthWorkflowId(account),
    account,
    subject: { account, catalog },
    summary: `AWS Marketplace refuses account ${account}`,
  };
}

function messageOf({ operation, resource, failureType, message, at }: AccessRefusal): AccessRefusedMessage {
  const eventId = `${operation}:${failureType}:${at}`;
  return { eventId, operation, ...defined({ resource }), failureType, message, at };
}

function accountHealthDelivery(refusal: AccessRefusal, { policies }: Pick<RouteContext, 'policies'>): Delivery {
  const policy = policies.accountHealth;
  const { workflowId, account, subject, summary } = alarmOf(refusal);
  const message = messageOf(refusal);
  const input: AccountHealthInput = { version: 1, ...subject, ...defined({ policy }) };
  return {
    kind: 'accessRefused',
    eventId: message.eventId,
    workflowType: accountHealthType,
    workflowId,
    input,
    signal: { name: accessRefusedSignal.name, message },
    attributes: { state: 'refused', account, attention: true },
    staticSummary: fitSummary(summary),
    staticDetails: `- **Refused:** ${plain(message.operation)} (${message.failureType}), ${readableTime(message.at)}`,
    afterCompletion: 'startAgain',
  };
}

/**
 * Alarms over the one way to workflows. Of a storm of refusals one signal a minute goes out for each account or merchant,
 * operation and kind of refusal, from each process.
 */
export function createAccountAlarms(client: Client, context: Pick<RouteContext, 'policies'>): AccountAlarms {
  const limiter = createLimiter(onceInMs);
  return {
    async refused(refusal) {
      const { operation, failureType } = refusal;
      const key = `${alarmOf(refusal).workflowId} ${operation} ${failureType}`;
      if (!limiter.admits(key, performance.now())) return;
      const delivered = await deliver(client, accountHealthDelivery(refusal, context));
      if (delivered.outcome !== 'unavailable') return;
      limiter.forget(key);
      throw failure('Unreachable', delivered.reason);
    },
  };
}
