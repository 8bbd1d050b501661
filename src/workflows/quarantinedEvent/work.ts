import { condition, proxyActivities, sleep } from '@temporalio/workflow';
import type { QuarantineActivities } from '../../activities/quarantinedEvent/index.ts';
import { readFailure } from '../shared/failures.ts';
import type { QuarantinedEventInput } from './contract.ts';
import type { QuarantineCase, QuarantineEvent, QuarantinePhase } from './state.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** Whoever asked for a replay gets its answer within the hour. */
const replays = proxyActivities<QuarantineActivities>({
  startToCloseTimeout: minuteMs,
  scheduleToCloseTimeout: hourMs,
  retry: { initialInterval: 1_000, backoffCoefficient: 2, maximumInterval: 15 * minuteMs },
});

/** What the work of a phase needs: the bytes, the present state, and where findings go. */
export interface PhaseWork {
  readonly input: QuarantinedEventInput;
  readonly current: () => QuarantineCase;
  readonly apply: (event: QuarantineEvent) => void;
}

async function replay({ input: { envelope, bytesBase64 }, apply }: PhaseWork): Promise<void> {
  try {
    apply({ type: 'redelivered', result: await replays.redeliver({ envelope, bytesBase64 }) });
  } catch (error) {
    apply({ type: 'redeliveryFailed', sentence: readFailure(error).sentence });
  }
}

async function keep({ current, apply }: PhaseWork): Promise<void> {
  const leftMs = current().keepUntilMs - Date.now();
  if (leftMs > 0) await sleep(leftMs, { summary: 'the bytes are kept' });
  apply({ type: 'keepElapsed' });
}

/** Does what a phase stands for, until it has a finding. */
export async function workOn(phase: QuarantinePhase, work: PhaseWork): Promise<void> {
  switch (phase.name) {
    case 'quarantined':
      return keep(work);
    case 'replaying':
      return replay(work);
    case 'ended':
      return condition(() => false);
  }
}
