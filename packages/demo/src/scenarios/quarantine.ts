import { createHash } from 'node:crypto';
import { quarantineWorkflowId } from '../../../../src/workflows/quarantinedEvent/contract.ts';
import { onEveryChannel, posted, vendorTime } from './scenario.ts';
import type { Scenario, ScenarioContext } from './scenario.ts';

/** A sample event that was cut on its way. */
function cutEvent({ uuid, nowMs }: ScenarioContext): Pick<Scenario, 'group' | 'workflowId' | 'events'> {
  const whole = posted('changeSetFailed', [
    ['01234567-0123-0123-0123-0123456789ab', uuid()],
    ['2022-11-01T13:12:22Z', vendorTime(nowMs)],
  ]);
  const bytes = whole.bytes.subarray(0, Math.floor(whole.bytes.length / 2));
  return {
    group: 'Security, offers, quarantine',
    workflowId: quarantineWorkflowId(createHash('sha256').update(bytes).digest('hex')),
    events: [{ ...whole, bytes, answer: 'quarantined' }],
  };
}

/** Two events that were cut: the bytes of one wait for an operator, who discards those of the other. Every channel gets both notices. */
export function quarantineScenarios(context: ScenarioContext): readonly Scenario[] {
  const [kept, pendingEnd] = [cutEvent(context), cutEvent(context)];
  const input = { actor: 'npm start', reason: 'the sender delivered it whole' };
  return [
    { ...kept, name: 'an event that cannot be read', expected: { state: 'quarantined' } },
    {
      ...pendingEnd,
      name: 'discarded: notices on every channel',
      expected: { state: 'discarded', closed: true },
      notified: onEveryChannel(2),
      events: [
        ...pendingEnd.events,
        { from: 'operator', once: { state: 'quarantined' }, answer: { update: 'discard', input } },
      ],
    },
  ];
}
