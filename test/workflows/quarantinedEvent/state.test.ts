import { readQuarantine } from '../../../src/workflows/quarantinedEvent/carried.ts';
import fc from 'fast-check';
import { quarantineDefaults as policy } from '../../../src/policies/defaults.ts';
import { quarantineDetails, quarantineStatus } from '../../../src/workflows/quarantinedEvent/details.ts';
import {
  newQuarantine,
  stateName,
  type QuarantineCase,
  type QuarantineMessage,
} from '../../../src/workflows/quarantinedEvent/state.ts';
import { next } from '../../../src/workflows/quarantinedEvent/transitions/next.ts';
import type { Notice } from '../../../src/workflows/shared/notices.ts';

const startMs = Date.parse('2026-03-01T12:00:00.000Z');
const operator = { actor: 'ann', reason: 'fixed the parser' };
const secret = 'customer@example.com';
const bytesBase64 = Buffer.from(secret).toString('base64');
const input = { version: 1, sha256: 'ab'.repeat(32), envelope: 'eventbridge', bytesBase64 } as const;

/** Bytes that take messages, and all that they have sent. */
class Played {
  nowMs = startMs;
  readonly notices: Notice[] = [];
  kept: QuarantineCase = newQuarantine(input, { policy, nowMs: startMs });

  take(...events: readonly QuarantineMessage[]): this {
    for (const event of events) {
      const transition = next(this.kept, event, { policy, nowMs: this.nowMs });
      // Every state can be carried to another run.
      this.kept = readQuarantine(transition.state);
      this.notices.push(...transition.notices);
    }
    return this;
  }

  get summary() {
    return {
      state: stateName(this.kept),
      count: this.kept.count,
      reason: this.kept.reason,
      notices: this.notices.map(({ kind, severity }) => `${kind} ${severity}`),
    };
  }
}

const play = () => new Played();
const arrived = (reason = 'detail: found nothing'): QuarantineMessage => ({
  type: 'arrived',
  message: { receivedAt: new Date(startMs).toISOString(), reason },
});
const replay: QuarantineMessage = { type: 'replay', command: operator };
const discard: QuarantineMessage = { type: 'discard', command: operator };
const cancel: QuarantineMessage = { type: 'cancel', command: { actor: 'unknown', reason: 'cancelled' } };
const delivered: QuarantineMessage = {
  type: 'redelivered',
  result: { outcome: 'delivered', workflowIds: ['change-set:1'] },
};
const unreadable: QuarantineMessage = {
  type: 'redelivered',
  result: { outcome: 'unreadable', reason: 'time: found text' },
};

test('arrivals are counted, with the newest reason and one notice', () => {
  expect(play().take(arrived(), arrived(), arrived('newer')).summary).toEqual({
    state: 'quarantined',
    count: 3,
    reason: 'newer',
    notices: ['opening warning'],
  });
});

test.each([
  ['nothing', ''],
  ['one byte', 'a'],
  ['two bytes', 'ab'],
  ['three bytes', 'abc'],
])('the size of %s is known', (_name, text) => {
  const kept = newQuarantine(
    { ...input, bytesBase64: Buffer.from(text).toString('base64') },
    { policy, nowMs: startMs },
  );
  expect(kept.sizeBytes).toBe(text.length);
});

test('a replay that is delivered ends it, and says where to', () => {
  const played = play().take(arrived(), replay);
  expect(played.summary.state).toBe('replaying');
  expect(played.take(delivered).summary).toMatchObject({
    state: 'replayed',
    notices: ['opening warning', 'resolution information'],
  });
  expect(quarantineStatus(played.kept)).toMatchObject({
    deliveredTo: ['change-set:1'],
    audit: [{ command: 'replay', ...operator }],
  });
});

test('a replay that is known noise ends it, with the reason in the notes', () => {
  const played = play().take(arrived(), replay, {
    type: 'redelivered',
    result: { outcome: 'ignored', reason: 'an API call' },
  });
  expect(played.summary.state).toBe('replayed');
  expect(played.kept.notes).toEqual([expect.stringContaining('an API call')]);
});

test('a replay that is still unreadable keeps it, with the new reason', () => {
  expect(play().take(arrived(), replay, unreadable).summary).toEqual({
    state: 'quarantined',
    count: 1,
    reason: 'time: found text',
    notices: ['opening warning'],
  });
});

test('a replay that fails keeps it, and says why', () => {
  const played = play().take(arrived('first'), replay, { type: 'redeliveryFailed', sentence: 'Temporal is away.' });
  expect(played.summary).toMatchObject({ state: 'quarantined', reason: 'first' });
  expect(played.kept.notes).toEqual([expect.stringContaining('Temporal is away.')]);
});

test('commands change nothing while a replay is under way and after the end', () => {
  const played = play().take(arrived());
  expect(quarantineStatus(played.kept).commands).toEqual(['replay', 'discard']);
  expect(played.take(replay, discard, replay).summary.state).toBe('replaying');
  expect(quarantineStatus(played.kept)).toMatchObject({ commands: [], audit: [{ command: 'replay' }] });
  expect(played.take(delivered, discard).summary.state).toBe('replayed');
  expect(quarantineStatus(played.kept)).toMatchObject({ commands: [], audit: [{ command: 'replay' }] });
});

test('a cancellation discards, in a replay only after its answer', () => {
  expect(play().take(arrived(), cancel).summary.state).toBe('discarded');
  const replaying = () => play().take(arrived(), replay, cancel);
  expect(replaying().summary.state).toBe('replaying');
  expect(replaying().take(unreadable).summary.state).toBe('discarded');
  expect(replaying().take(delivered).summary.state).toBe('replayed');
});

describe('bytes that can be read and must wait', () => {
  const holding = { heldBy: 'unconfigured:111122223333', account: '111122223333' };
  const held: QuarantineMessage = {
    type: 'arrived',
    message: { receivedAt: new Date(startMs).toISOString(), reason: 'not configured', holding },
  };
  const settled = (action: 'replay' | 'discard'): QuarantineMessage => ({ type: 'settled', action });
  const stillHeld: QuarantineMessage = {
    type: 'redelivered',
    result: { outcome: 'held', reason: 'as before', holding },
  };

  test('are held quietly, and come to their end without a notice', () => {
    expect(play().take(held, held).summary).toMatchObject({ state: 'held', count: 2, notices: [] });
    expect(play().take(held, settled('replay'), delivered).summary).toMatchObject({ state: 'replayed', notices: [] });
    expect(play().take(held, settled('discard')).summary).toMatchObject({ state: 'discarded', notices: [] });
    const played = play().take(held);
    played.nowMs = startMs + 30 * 86_400_000;
    expect(played.take({ type: 'keepElapsed' }).summary).toMatchObject({ state: 'expired', notices: [] });
  });

  test('that still have to wait after a replay are held on', () => {
    expect(play().take(held, settled('replay'), stillHeld).summary).toMatchObject({ state: 'held', notices: [] });
    const failed: QuarantineMessage = { type: 'redeliveryFailed', sentence: 'Temporal is away.' };
    expect(play().take(held, settled('replay'), failed).summary).toMatchObject({ state: 'held', notices: [] });
  });

  test('that turn out unreadable are kept with the reason, and asked about', () => {
    expect(play().take(held, settled('replay'), unreadable).summary).toMatchObject({
      state: 'quarantined',
      reason: 'time: found text',
      notices: ['opening warning'],
    });
    expect(play().take(held, arrived()).summary).toMatchObject({ state: 'quarantined', notices: ['opening warning'] });
  });

  test('that an operator replays on their own end as others do', () => {
    const played = play().take(held);
    expect(quarantineStatus(played.kept)).toMatchObject({ commands: ['replay', 'discard'], heldBy: holding.heldBy });
    expect(played.take(replay, delivered).summary).toMatchObject({ state: 'replayed', notices: [] });
  });

  test('unreadable bytes that a newer reader holds resolve their notice at their end', () => {
    const played = play().take(arrived(), replay, stillHeld);
    expect(played.summary.state).toBe('held');
    expect(played.take(settled('replay'), delivered).summary).toMatchObject({
      state: 'replayed',
      notices: ['opening warning', 'resolution information'],
    });
  });

  test('a decision for all means nothing to bytes that ask on their own', () => {
    expect(play().take(arrived(), settled('discard')).summary.state).toBe('quarantined');
    expect(play().take(arrived(), settled('replay')).summary.state).toBe('quarantined');
  });
});

test('its time is over after 30 days and not before, and that is a warning', () => {
  const played = play().take(arrived());
  played.nowMs = startMs + 30 * 86_400_000 - 1;
  expect(played.take({ type: 'keepElapsed' }).summary.state).toBe('quarantined');
  played.nowMs += 1;
  expect(played.take({ type: 'keepElapsed' }).summary).toMatchObject({
    state: 'expired',
    notices: ['opening warning', 'resolution warning'],
  });
});

test('bytes that come back in the moment of closing are kept again', () => {
  const played = play().take(arrived(), discard);
  played.nowMs = startMs + 1_000;
  expect(played.take(arrived()).summary).toMatchObject({ state: 'quarantined', count: 2 });
  expect(played.kept.keepUntilMs).toBe(played.nowMs + policy.keepMs);
});

describe('in any order', () => {
  const events = fc.array(
    fc.constantFrom<QuarantineMessage>(arrived(), replay, discard, cancel, delivered, unreadable, {
      type: 'redeliveryFailed',
      sentence: 'away',
    }),
    { maxLength: 30 },
  );

  test('only an answer or an operator ends it, each end is reported once, and no arrival is lost', () => {
    fc.assert(
      fc.property(events, (list) => {
        const played = play().take(arrived());
        const enders: string[] = [];
        const arrivals: unknown[] = [];
        for (const event of list) {
          const before = played.kept;
          const { kept } = played.take(event);
          if (kept.phase.name === 'ended' && before.phase.name !== 'ended') enders.push(event.type);
          if (event.type === 'arrived') arrivals.push([kept.count - before.count, kept.phase.name === 'ended']);
        }
        const ends = enders.length;
        expect(enders.filter((type) => type === 'arrived' || type === 'replay')).toEqual([]);
        expect(arrivals).toEqual(arrivals.map(() => [1, false]));
        expect(played.notices.filter(({ kind }) => kind === 'resolution')).toHaveLength(ends);
        expect(JSON.parse(JSON.stringify(played.kept))).toEqual(played.kept);
      }),
    );
  });

  test('nothing of the bytes shows, and the details stay under what proxies take', () => {
    fc.assert(
      fc.property(events, fc.string({ maxLength: 5_000 }), (list, reason) => {
        const played = play().take(arrived(reason), ...list);
        const shown = quarantineDetails(played.kept);
        expect(shown.length).toBeLessThanOrEqual(4_000);
        for (const text of [shown, JSON.stringify(quarantineStatus(played.kept)), JSON.stringify(played.notices)]) {
          expect(text).not.toContain(secret);
          expect(text).not.toContain(bytesBase64);
        }
      }),
    );
  });
});
