import { ownActivities } from '../shared/activities.ts';
import { untilItWorks } from '../shared/activityOptions.ts';
import type { CaseRun, WorkingPhase } from '../shared/case.ts';
import { hourMs } from '../shared/durations.ts';
import { readFailure } from '../shared/failures.ts';
import type { QuarantineActivities, QuarantinedEventInput } from './contract.ts';
import type { QuarantineCase, QuarantineMessage, QuarantinePhase } from './state.ts';
import { sleepUntil } from '../shared/timers.ts';

type Run = CaseRun<QuarantineCase, QuarantineMessage>;

/** An operator who asks for a replay has its answer within the hour. */
const { redeliver } = ownActivities<QuarantineActivities>({ ...untilItWorks, scheduleToCloseTimeout: hourMs });

async function replay({ envelope, bytesBase64 }: QuarantinedEventInput, { current, apply }: Run): Promise<void> {
  const heldBy = current().holding?.heldBy;
  try {
    const result = await redeliver({ envelope, bytesBase64, ...(heldBy !== undefined && { heldBy }) });
    apply({ type: 'redelivered', result });
  } catch (error) {
    apply({ type: 'redeliveryFailed', sentence: readFailure(error).sentence });
  }
}

async function keep({ current, apply }: Run): Promise<void> {
  await sleepUntil(current().keepUntilMs, 'time to decide');
  apply({ type: 'keepElapsed' });
}

/** Does what a phase stands for, until it has a finding. */
export async function workOn(
  phase: WorkingPhase<QuarantinePhase>,
  input: QuarantinedEventInput,
  run: Run,
): Promise<void> {
  switch (phase.name) {
    case 'quarantined':
    case 'held':
      return keep(run);
    case 'replaying':
      return replay(input, run);
  }
}
