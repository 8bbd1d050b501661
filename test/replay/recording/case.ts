/**
 * Stands in a bundle in the place of `src/workflows/shared/case.ts`: the same, and every message that a workflow takes is
 * recorded with the state before and after it.
 */
import * as original from '../../../src/workflows/shared/case.ts';
import type { Transition, TransitionContext } from '../../../src/workflows/shared/transition.ts';
import { record } from './record.ts';

export * from '../../../src/workflows/shared/case.ts';

type Next = (state: unknown, message: unknown, context: TransitionContext<unknown>) => Transition<unknown, unknown>;

function recorded<Definition>(definition: Definition): Definition {
  const { next } = definition as { readonly next: Next };
  const recording: Next = (state, message, context) => {
    const after = next(state, message, context);
    record({ step: 'next', state, args: [message, context], after });
    return after;
  };
  return { ...definition, next: recording };
}

export const openCase = ((definition: unknown) =>
  original.openCase(recorded(definition) as never)) as typeof original.openCase;
export const runCase = ((definition: unknown) =>
  original.runCase(recorded(definition) as never)) as typeof original.runCase;
