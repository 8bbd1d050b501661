import { readFanOut } from '../../../src/workflows/eventFanOut/carried.ts';
import { newFanOut, stateName, type FanOutMessage } from '../../../src/workflows/eventFanOut/state.ts';
import { next } from '../../../src/workflows/eventFanOut/transitions/next.ts';

const begun = newFanOut({ workflowId: 'fan-out:1', account: 'merchant', parts: 100 });
const arrived: FanOutMessage = { type: 'arrived', arrival: { receivedAt: '2026-11-01T12:00:00Z' } };
const delivered: FanOutMessage = { type: 'fannedOut', result: { outcome: 'delivered', parts: 100 } };
const quarantined: FanOutMessage = {
  type: 'fannedOut',
  result: { outcome: 'quarantined', workflowId: 'quarantine:1', reason: 'no reader' },
};
const failed: FanOutMessage = { type: 'failed', sentence: 'a bug' };

const nowMs = Date.parse('2026-11-01T12:00:00Z');

function after(...messages: readonly FanOutMessage[]) {
  const notices: string[] = [];
  let state = begun;
  for (const message of messages) {
    const step = next(state, message, { nowMs });
    // Every state can be carried to another run.
    state = readFanOut(step.state);
    notices.push(...step.notices.map(({ kind }) => kind));
  }
  return { state, notices, name: stateName(state) };
}

test('an event that is delivered sends no notice of its own', () => {
  expect(after(arrived, arrived, delivered)).toMatchObject({
    name: 'delivered',
    notices: [],
    state: { arrivals: 2, firstReceivedAt: '2026-11-01T12:00:00Z' },
  });
});

test('a problem is reported once, however often it comes back, and so is its end', () => {
  expect(after(arrived, failed, failed, failed)).toMatchObject({ name: 'delivering', notices: ['opening'] });
  expect(after(arrived, failed, failed, delivered)).toMatchObject({
    name: 'delivered',
    notices: ['opening', 'resolution'],
  });
});

test('bytes that read otherwise by now are with the quarantine, which asks', () => {
  const { name, state } = after(arrived, quarantined);
  expect(name).toBe('quarantined');
  expect(state.notes).toEqual(['quarantine:1 keeps the bytes: no reader']);
});

test.each([[[{ type: 'cancelled' }, delivered]], [[delivered, { type: 'cancelled' }, failed]]] as const)(
  'an end is final: %j',
  (messages) => {
    const [first] = messages;
    expect(after(...messages).name).toBe(after(first).name);
  },
);
