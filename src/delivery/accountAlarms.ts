import type { Client } from '@temporalio/client';
import { defined } from '../defined.ts';
import { isFailingType } from '../workflows/accountHealth/checks.ts';
import { healthSubject } from '../workflows/accountHealth/subject.ts';
import {
  accessRefusedSignal,
  accountHealthType,
  accountHealthWorkflowId,
  callFailingSignal,
  merchantHealthWorkflowId,
  type AccessRefusedMessage,
  type AccountHealthInput,
  type AccountHealthStateName,
  type RefusedMerchant,
  type RefusedSeller,
} from '../workflows/accountHealth/contract.ts';
import { plain, readableTime } from '../workflows/shared/markdown.ts';
import { deliverOrThrow } from './deliver.ts';
import { configuredPolicy } from '../policies/configured.ts';
import type { Delivery, RouteContext } from './delivery.ts';
import { fitSummary } from './routing/text.ts';

/** One refused call, or one that has failed for long, and whose. */
export type AccessRefusal = (RefusedSeller | RefusedMerchant) & Omit<AccessRefusedMessage, 'eventId'>;

/** Reports refused calls, and calls that have failed for long. */
export interface AccountAlarms {
  /** Reports a refusal, unless one of its kind was reported a moment ago. Throws Unreachable. */
  refused(refusal: AccessRefusal): Promise<void>;
  /** Reports a call that has failed for long, unless one of its kind was reported a while ago. Throws Unreachable. */
  failing(call: AccessRefusal): Promise<void>;
}

/** A signal costs an action and the alarm needs no more to know that the calls are still refused. */
const onceInMs = 60_000;
/** The same of calls that fail: their alarm waits for more than an hour without a report. */
const failingOnceInMs = 10 * 60_000;

/** Whose alarm it is, and what an operator reads before a worker has handled it. */
function alarmOf(refusal: AccessRefusal) {
  const failing = isFailingType(refusal.failureType) ? refusal.failureType : undefined;
  if ('businessProductId' in refusal) {
    const { businessProductId } = refusal;
    return {
      workflowId: merchantHealthWorkflowId(businessProductId, failing),
      account: businessProductId,
      subject: { businessProductId, ...defined({ failing }) },
      summary: `Buy with Prime cannot be asked for merchant ${plain(businessProductId)}`,
    };
  }
  const { account, catalog } = refusal;
  return {
    workflowId: accountHealthWorkflowId(account, failing),
    account,
    subject: { account, catalog, ...defined({ failing }) },
    summary:
      failing === undefined
        ? `AWS Marketplace refuses account ${account}`
        : `Calls of account ${account} to AWS Marketplace fail`,
  };
}

function accountHealthDelivery(refusal: AccessRefusal, context: Pick<RouteContext, 'policies'>): Delivery {
  const policy = configuredPolicy('accountHealth', context);
  const { workflowId, account, subject, summary } = alarmOf(refusal);
  const { operation, resource, failureType, message: text, at, failingSince } = refusal;
  const failing = isFailingType(failureType);
  const eventId = `${operation}:${failureType}:${at}`;
  const message: AccessRefusedMessage = defined({
    eventId,
    operation,
    resource,
    failureType,
    failingSince,
    message: text,
    at,
  });
  const signal = failing ? callFailingSignal : accessRefusedSignal;
  const state: AccountHealthStateName = failing ? 'failing' : 'refused';
  const input: AccountHealthInput = { version: 1, ...subject, policy };
  return {
    kind: 'accessRefused',
    eventId,
    workflowType: accountHealthType,
    workflowId,
    input,
    signal: { name: signal.name, message },
    attributes: {
      state,
      account,
      attention: true,
      subject: healthSubject({
        isMerchant: 'businessProductId' in subject,
        account,
        refusal: { operation, failureType },
      }),
    },
    staticSummary: fitSummary(summary),
    staticDetails: `- **${failing ? 'Failing' : 'Refused'}:** ${plain(operation)} (${failureType}), ${readableTime(at)}`,
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
 * merchant, operation and kind of refusal, from each process; of calls that fail for long one in ten minutes, for each
 * account or merchant and kind.
 */
export function createAccountAlarms(client: Client, context: Pick<RouteContext, 'policies'>): AccountAlarms {
  const refusals = createLimiter(onceInMs);
  const failing = createLimiter(failingOnceInMs);
  async function report(limiter: Limiter, key: string, call: AccessRefusal): Promise<void> {
    if (!limiter.admits(key, performance.now())) return;
    try {
      await deliverOrThrow(client, accountHealthDelivery(call, context));
    } catch (error) {
      limiter.forget(key);
      throw error;
    }
  }
  return {
    refused(refusal) {
      const { operation, failureType } = refusal;
      return report(refusals, `${alarmOf(refusal).workflowId} ${operation} ${failureType}`, refusal);
    },
    failing: (call) => report(failing, alarmOf(call).workflowId, call),
  };
}
