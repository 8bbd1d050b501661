/**
 * Stands in a bundle in the place of `src/workflows/submitPermits/permits.ts`: the same, and every transition is recorded
 * with the state before and after it.
 */
import * as original from '../../../src/workflows/submitPermits/permits.ts';
import { record } from './record.ts';

export * from '../../../src/workflows/submitPermits/permits.ts';

function recorded<Args extends readonly unknown[], After>(
  step: string,
  transition: (...args: Args) => After,
): (...args: Args) => After {
  return (...args) => {
    const after = transition(...args);
    const [state, ...rest] = args;
    record({ step, state, args: rest, after });
    return after;
  };
}

export const request = recorded('request', original.request);
export const giveBack = recorded('giveBack', original.giveBack);
export const counted = recorded('counted', original.counted);
export const recountBegun = recorded('recountBegun', original.recountBegun);
export const recounted = recorded('recounted', original.recounted);
export const recountFailed = recorded('recountFailed', original.recountFailed);
export const carriedState = recorded('carriedState', original.carriedState);
