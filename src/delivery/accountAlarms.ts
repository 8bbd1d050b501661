import type { Client } from '@temporalio/client';
import { defined } from '../defined.ts';
import {
  accessRefusedSignal,
  accountHealthType,
  accountHealthWorkflowId,
  merchantHealthWorkflowId,
  type AccessRefusedMessage,
  type AccountHealthInput,
  type AccountHealthStateName,
  type RefusedMerchant,
  type RefusedSeller,
} from '../workflows/accountHealth/contract.ts';
import { plain, readableTime } from '../workflows/shared/markdown.ts';
import { deliverOrThrow } from './deliver.ts';
import type { Delivery, RouteContext } from './delivery.ts';
import { fitSummary } from './routing/text.ts';

/** One refused call, and whose. */
export type AccessRefusal = (RefusedSeller | RefusedMerchant) & Omit<AccessRefusedMessage, 'eventId'>;

/** Reports refused calls. */
export interface AccountAlarms {
  /** Reports a refusal, unless one of its kind was reported a moment ago. Throws Unreachable. */
  refused(refusal: AccessRefusal): Promise<void>;
}

/** A signal costs an action and the alarm needs no more to know that the calls are still refused. */
const onceInMs = 60_000;

/** Whose alarm it is, and what an operator reads before a worker has handled it. */
function alarmOf(refusal: AccessRefusal) {
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

function accountHealthDelivery(refusal: AccessRefusal, { policies }: Pick<RouteContext, 'policies'>): Delivery {
  const policy = policies.accountHealth;
  const { workflowId, account, subject, summary } = alarmOf(refusal);
  const { operation, resource, failureType, message: text, at } = refusal;
  const eventId = `${operation}:${failureType}:${at}`;
  const message: AccessRefusedMessage = defined({ eventId, operation, resource, failureType, message: text, at });
  const input: AccountHealthInput = { version: 1, ...subject, ...defined({ policy }) };
  return {
    kind: 'accessRefused',
    eventId,
    workflowType: accountHealthType,
    workflowId,
    input,
    signal: { name: accessRefusedSignal.name, message },
    attributes: { state: 'refused' satisfies AccountHealthStateName, account, attention: true },
    staticSummary: fitSummary(summary),
    staticDetails: `- **Refused:** ${plain(operation)} (${failureType}), ${readableTime(at)}`,
    afterCompletion: 'startAgain',
  };
}

/** Lets one of each key through in a given time. It remembers every key, so keys have to be few. */
export interface Limiter {
  /** True where nothing of this key was let through in the time before; it counts as let through then. */
  admits(key: string, nowMs: number): boolean;
  /** Takes back what was let through, because it did not arrive. */
  forget(key: string): void;
}

/** Makes a limiter that lets one of each key through in `everyMs` milliseconds. */
export function createLimiter(everyMs: number): Limiter {
  const admittedAtMs = new Map<string, number>();
  return {
    admits(key, nowMs) {
      const lastMs = admittedAtMs.get(key);
      if (lastMs !== undefined && nowMs - lastMs < everyMs) return false;
      admittedAtMs.set(key, nowMs);
      return true;
    },
    forget: (key) => void admittedAtMs.delete(key),
  };
}

/**
 * Alarms by the same delivery as events. Of a storm of refusals one signal a minute goes out for each account or
 * merchant, operation and kind of refusal, from each process.
 */
export function createAccountAlarms(client: Client, context: Pick<RouteContext, 'policies'>): AccountAlarms {
  const limiter = createLimiter(onceInMs);
  return {
    async refused(refusal) {
      const { operation, failureType } = refusal;
      const key = `${alarmOf(refusal).workflowId} ${operation} ${failureType}`;
      if (!limiter.admits(key, performance.now())) return;
      try {
        await deliverOrThrow(client, accountHealthDelivery(refusal, context));
      } catch (error) {
        limiter.forget(key);
        throw error;
      }
    },
  };
}
