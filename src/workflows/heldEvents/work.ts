import { ownActivities } from '../shared/activities.ts';
import { untilItWorks } from '../shared/activityOptions.ts';
import type { CaseRun, WorkingPhase } from '../shared/case.ts';
import { hourMs } from '../shared/durations.ts';
import { readFailure } from '../shared/failures.ts';
import type { HeldBytes, HeldEventsActivities } from './contract.ts';
import { expiryCheckMs, reminderMs } from './dates.ts';
import type { HeldEventsPolicy } from './policyValues.ts';
import {
  expiresMs,
  stampOf,
  type HeldEvent,
  type HeldEventsCase,
  type HeldEventsMessage,
  type HeldEventsPhase,
} from './state.ts';
import { sleepUntil } from '../shared/timers.ts';

type Run = CaseRun<HeldEventsCase, HeldEventsMessage, HeldEventsPolicy>;

const { settleHeld } = ownActivities<HeldEventsActivities>({ ...untilItWorks, scheduleToCloseTimeout: hourMs });

/** Until a date, of those that are ahead: a reminder, or a check of what has expired. */
async function keepDates({ current, policy: policyNow, apply }: Run): Promise<void> {
  const policy = policyNow();
  while (current().phase.name === 'awaitingConfiguration') {
    const dates = [reminderMs(current(), policy), expiryCheckMs(current(), policy)].filter((at) => at !== undefined);
    if (dates.length === 0) return;
    const atMs = Math.min(...dates);
    await sleepUntil(atMs, 'until held bytes expire');
    apply({ type: 'dateDue' });
  }
}

function bytesOf(event: HeldEvent, policy: HeldEventsPolicy): HeldBytes {
  const { sha256, catalog, arrivals, isDecided } = event;
  const mayHaveEnded = isDecided || Date.now() >= expiresMs(event, policy);
  return { sha256, arrivals, mayHaveEnded, ...(catalog !== undefined && { catalog }) };
}

async function settle(
  { name, pauseUntilMs }: Extract<HeldEventsPhase, { readonly name: 'replaying' | 'discarding' }>,
  { current, policy, apply }: Run,
): Promise<void> {
  await sleepUntil(pauseUntilMs, 'until the replays have ended');
  const { heading, held } = current();
  const stamp = stampOf(current());
  const action = name === 'replaying' ? 'replay' : 'discard';
  const events = held.filter(({ isDoomed }) => action === 'replay' || isDoomed);
  try {
    const result = await settleHeld({
      action,
      heading,
      events: events.map((event) => bytesOf(event, policy())),
    });
    apply({ type: 'settled', result, stamp });
  } catch (error) {
    apply({ type: 'notSettled', sentence: `The ${action} failed: ${readFailure(error).sentence}` });
  }
}

/** Does what a phase stands for, until it has a finding. */
export async function workOn(phase: WorkingPhase<HeldEventsPhase>, run: Run): Promise<void> {
  switch (phase.name) {
    case 'awaitingConfiguration':
      return keepDates(run);
    case 'recorded':
      return undefined;
    case 'replaying':
    case 'discarding':
      return settle(phase, run);
  }
}
