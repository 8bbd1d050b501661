import { createHash } from 'node:crypto';
import { quarantineWorkflowId } from '../../workflows/quarantinedEvent/messages.ts';
import { readFixture, withReplaced } from '../fixtures.ts';
import { bytesOf, vendorTime } from './scenario.ts';
import type { Scenario, ScenarioContext } from './scenario.ts';

/** A sample event that was cut on its way: the bytes are kept for a person. */
export function quarantineScenarios({ uuid, nowMs }: ScenarioContext): readonly Scenario[] {
  const replacements = new Map([
    ['01234567-0123-0123-0123-0123456789ab', uuid()],
    ['2022-11-01T13:12:22Z', vendorTime(nowMs)],
  ]);
  const whole = bytesOf(withReplaced(readFixture('changeSetFailed'), replacements));
  const bytes = whole.subarray(0, Math.floor(whole.length / 2));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return [
    {
      name: 'an event that cannot be read',
      group: 'Security, offers, quarantine',
      workflowId: quarantineWorkflowId(sha256),
      expected: { state: 'quarantined' },
      events: [{ from: 'sample', road: 'eventbridge', bytes, answer: 'quarantined' }],
    },
  ];
}
