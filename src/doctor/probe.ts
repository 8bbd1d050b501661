import { withoutAddresses } from '../addresses.ts';
import { withoutSecrets } from '../config/secret.ts';
import { memberOf } from '../defined.ts';
import { failureTypeOf } from '../failures.ts';

/** Why something could not be found out. */
export interface ProbeFailure {
  /** `Late`; a type of the vocabulary of failures; else the error’s own name. */
  readonly type: string;
  /** In words, short, without addresses and without any secret of the configuration, which a service may repeat. */
  readonly text: string;
}

/** What a question about the world has given. */
export type Probed<Value> = { readonly value: Value } | { readonly failure: ProbeFailure };

/** In milliseconds, for one question and for all of one area: nobody waits longer for a doctor. */
export const bounds = { probeMs: 10_000, areaMs: 30_000 };

const longestText = 300;

function failureOf(error: unknown): ProbeFailure {
  const name = memberOf(error, 'name');
  const message = memberOf(error, 'message');
  return {
    type: failureTypeOf(error) ?? (typeof name === 'string' ? name : 'Error'),
    text: withoutAddresses(withoutSecrets(typeof message === 'string' ? message : 'no message'))
      .replace(/\s+/g, ' ')
      .slice(0, longestText),
  };
}

/**
 * Asks a question, for so long at most: an answer that never comes is a failure of type `Late`.
 * @param ask gets a signal that ends with the time.
 */
export async function probe<Value>(
  ask: (signal: AbortSignal) => Promise<Value>,
  withinMs = bounds.probeMs,
): Promise<Probed<Value>> {
  const controller = new AbortController();
  const late: Probed<Value> = { failure: { type: 'Late', text: `no answer within ${withinMs / 1_000} s` } };
  const { promise: timeUp, resolve } = Promise.withResolvers<Probed<Value>>();
  const timer = setTimeout(() => {
    resolve(late);
    controller.abort();
  }, withinMs);
  try {
    return await Promise.race([answerOf(ask, controller.signal), timeUp]);
  } finally {
    clearTimeout(timer);
  }
}

async function answerOf<Value>(
  ask: (signal: AbortSignal) => Promise<Value>,
  signal: AbortSignal,
): Promise<Probed<Value>> {
  try {
    return { value: await ask(signal) };
  } catch (error) {
    return { failure: failureOf(error) };
  }
}

/** Whether nobody answered at all: the service, its address or the network is at fault, and not what it was asked. */
export function isUnanswered({ type }: ProbeFailure): boolean {
  return ['Late', 'Unreachable', 'TimeoutError', 'AbortError'].includes(type);
}

/** What was found; undefined where that failed. */
export function valueOf<Value>(probed: Probed<Value>): Value | undefined {
  return 'value' in probed ? probed.value : undefined;
}
