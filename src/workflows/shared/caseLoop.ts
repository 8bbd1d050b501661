import { allHandlersFinished, condition, workflowInfo } from '@temporalio/workflow';
import { whilePhaseLasts } from './phases.ts';

/** A workflow that stays with one thing, phase after phase. A phase is left by putting another object in its place. */
export interface CaseLoop<Phase> {
  readonly phase: () => Phase;
  readonly ended: (phase: Phase) => boolean;
  /** What a phase stands for; it is cancelled when the phase is left. */
  readonly work: (phase: Phase) => Promise<void>;
  /** True when nothing waits to be sent. */
  readonly idle: () => boolean;
  /** Continues as new with the state; called with no await after the last check of it. */
  readonly renew: () => Promise<never>;
}

/**
 * Works through the phases until one is the end and everything is sent. A message that reopens the case in the moment
 * of its closing is taken up in the same run. Long histories are begun again before the limits of a history come near.
 */
export async function untilEnded<Phase>({ phase, ended, work, idle, renew }: CaseLoop<Phase>): Promise<void> {
  const renewalDue = (): boolean => workflowInfo().continueAsNewSuggested;
  const settled = (): boolean => idle() && allHandlersFinished();
  for (;;) {
    const entered = phase();
    if (ended(entered)) {
      await condition(settled);
      if (phase() === entered) return;
    } else {
      const left = (): boolean => phase() !== entered || renewalDue();
      await whilePhaseLasts(left, () => work(entered));
      if (renewalDue()) {
        await condition(settled);
        if (!ended(phase())) return renew();
      }
      await condition(left);
    }
  }
}
