import { readBackfill } from '../../../../src/workflows/backfillItems/carried.ts';
import * as fc from 'fast-check';
import { backfillItemsDefaults } from '../../../../src/policies/defaults.ts';
import { backfillDetails, backfillStatus } from '../../../../src/workflows/backfillItems/details.ts';
import { listOf } from '../../../../src/workflows/backfillItems/input.ts';
import { itemsDigest } from '../../../../src/workflows/backfillItems/notices.ts';
import { next } from '../../../../src/workflows/backfillItems/transitions/next.ts';
import {
  newBackfill,
  nextPositions,
  numbersOf,
  type Backfill,
  type BackfillMessage,
  type Batch,
} from '../../../../src/workflows/backfillItems/state.ts';
import type { Notice } from '../../../../src/workflows/shared/notices.ts';
import { stateRefusal } from '../../../../src/workflows/shared/operatorCommands.ts';
import { backfillCommands, commandsFor, stateName } from '../../../../src/workflows/shared/backfills.ts';

const startMs = Date.parse('2026-03-01T12:00:00Z');
const command = { actor: 'ann', reason: 'checked it' };
const policy = { ratePerSecond: 2, burstMs: 2_000, retryAfterMs: [60_000, 600_000] };
const merchant = 'merchant-1';
const identity = { workflowId: 'backfill-items:x', firstRunId: 'run-1', account: merchant };

function listed(count: number, duplicates = 0) {
  const items = Array.from({ length: count }, (_, index) => `item-${index}`);
  return listOf({ businessProductId: merchant, items: [...items, ...items.slice(0, duplicates)] });
}

/** A backfill with its clock, and what a counter of its own makes of it. */
function player(count: number, duplicates = 0) {
  const list = listed(count, duplicates);
  const player = {
    nowMs: startMs,
    plan: { policy, items: list.items, identity },
    backfill: newBackfill(list, startMs),
    notices: [] as Notice[],
    underWay: undefined as Batch | undefined,
    /** How often each position was delivered, and how often it was attempted. */
    deliveries: new Map<number, number>(),
    attempts: new Map<number, number>(),
    apply(message: BackfillMessage): void {
      const { state, notices } = next(player.backfill, message, { policy: player.plan, nowMs: player.nowMs });
      // Every state can be carried to another run.
      player.backfill = readBackfill(state);
      player.notices.push(...notices);
    },
    begin(): boolean {
      const { backfill, underWay } = player;
      if (backfill.phase.name !== 'delivering' || underWay !== undefined) return false;
      player.nowMs = Math.max(player.nowMs, backfill.nextAtMs);
      const positions = nextPositions(backfill, policy);
      for (const position of positions) player.attempts.set(position, (player.attempts.get(position) ?? 0) + 1);
      player.underWay = { positions, begunAtMs: player.nowMs };
      return true;
    },
    answer(refuses: (position: number) => boolean): void {
      const batch = player.underWay;
      if (batch === undefined) return;
      player.underWay = undefined;
      const undelivered = batch.positions.flatMap((position, index) =>
        refuses(position) ? [{ index, reason: `refused ${position}` }] : [],
      );
      for (const position of batch.positions) {
        if (!refuses(position)) player.deliveries.set(position, (player.deliveries.get(position) ?? 0) + 1);
      }
      player.apply({ type: 'delivered', batch, result: { alreadyOpen: 0, undelivered } });
    },
    lose(): void {
      const batch = player.underWay;
      if (batch === undefined) return;
      player.underWay = undefined;
      player.apply({ type: 'unanswered', batch, sentence: 'The deadline has passed.' });
    },
    /** What the workflow's loop does once no activity runs. */
    drain(): void {
      if (player.underWay === undefined && player.backfill.phase.name === 'stopping') player.apply({ type: 'drained' });
    },
  };
  return player;
}

const step = fc.oneof(
  { weight: 6, arbitrary: fc.constant('begin' as const) },
  { weight: 4, arbitrary: fc.record({ answer: fc.array(fc.nat(60), { maxLength: 4 }) }) },
  { weight: 1, arbitrary: fc.constantFrom('lose' as const, 'renew' as const, 'drain' as const) },
  { weight: 1, arbitrary: fc.constantFrom('pause' as const, 'resume' as const) },
);

/** Whether the sum is right: checked after each of a million steps, so without a matcher. */
function addsUp(backfill: Backfill): boolean {
  const { given, delivered, failed, duplicates, left, alreadyOpen } = numbersOf(backfill);
  const none = [given, delivered, failed, duplicates, left, alreadyOpen].every((number) => number >= 0);
  return none && delivered + failed + duplicates + left === given;
}

describe('numbers', () => {
  test('they add up, and each item is delivered once, in any order of answers, losses, pauses, renewals and stops', () => {
    const steps = fc.array(step, { maxLength: 120 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.nat(20), steps, fc.boolean(), (count, twice, all, stops) => {
        const duplicates = Math.min(twice, count);
        const run = player(count, duplicates);
        for (const one of all) {
          if (one === 'begin') run.begin();
          else if (one === 'lose') run.lose();
          else if (one === 'drain') run.drain();
          else if (one === 'renew') run.backfill = JSON.parse(JSON.stringify(run.backfill)) as Backfill;
          else if (typeof one === 'string') run.apply({ type: one, command });
          else run.answer((position) => one.answer.includes(position));
          if (!addsUp(run.backfill)) throw new Error(JSON.stringify(numbersOf(run.backfill)));
        }
        if (stops) run.apply({ type: 'stop', command });
        run.answer(() => false);
        run.drain();
        if (run.backfill.phase.name === 'paused') run.apply({ type: 'resume', command });
        while (run.begin()) run.answer(() => false);
        const { given, delivered, failed, left } = numbersOf(run.backfill);
        expect(addsUp(run.backfill)).toBe(true);
        expect(run.backfill.phase.name).toBe('ended');
        expect(given).toBe(count + duplicates);
        expect(delivered).toBe(run.deliveries.size);
        expect([...run.deliveries.values()].every((times) => times === 1)).toBe(true);
        // Nothing is lost: only a stop leaves an item that was neither delivered nor failed.
        expect(left).toBe(count - run.deliveries.size - failed);
        expect(stateName(run.backfill)).toBe(left === 0 ? 'completed' : 'stopped');
        expect(stops || left === 0).toBe(true);
        // Failed only after the last attempt.
        const failedPositions = [...run.attempts].filter(
          ([position, times]) => !run.deliveries.has(position) && times > policy.retryAfterMs.length,
        );
        expect(failed).toBe(failedPositions.length);
      }),
      { numRuns: 2_000 },
    );
  });

  test('an undelivered item gets another attempt after each of the waits, then counts as failed and is listed with its reason', () => {
    const run = player(3);
    const beganMs: number[] = [];
    while (run.begin()) {
      beganMs.push(run.nowMs - startMs);
      run.answer((position) => position === 1);
    }
    expect(beganMs).toEqual([0, 60_000, 660_000]);
    expect(numbersOf(run.backfill)).toEqual({
      given: 3,
      delivered: 2,
      alreadyOpen: 0,
      failed: 1,
      duplicates: 0,
      left: 0,
    });
    expect(run.backfill.failures).toEqual([{ businessProductId: merchant, itemId: 'item-1', reason: 'refused 1' }]);
    expect(stateName(run.backfill)).toBe('completed');
  });

  test('the list of failures is bounded, the number is not, and all fits beside the longest list', () => {
    const run = player(300);
    while (run.begin()) run.answer(() => true);
    expect(numbersOf(run.backfill)).toMatchObject({ failed: 300, left: 0 });
    expect(run.backfill.failures).toHaveLength(100);
    expect(JSON.stringify(run.backfill).length).toBeLessThan(100_000);
  });
});

describe('the rate', () => {
  test('no window holds more than the rate allows, and one burst', () => {
    const run = player(40);
    const starts: Array<{ atMs: number; items: number }> = [];
    while (run.begin()) {
      starts.push({ atMs: run.nowMs, items: run.underWay?.positions.length ?? 0 });
      run.answer(() => false);
    }
    const burst = (policy.ratePerSecond * policy.burstMs) / 1_000;
    for (const [first, { atMs: fromMs }] of starts.entries()) {
      for (const [last, { atMs }] of starts.entries()) {
        const inWindow = starts.slice(first, last + 1).reduce((sum, { items }) => sum + items, 0);
        expect(inWindow).toBeLessThanOrEqual(Math.max(0, (atMs - fromMs) / 1_000) * policy.ratePerSecond + burst);
      }
    }
    expect(starts.at(-1)?.atMs).toBe(startMs + 18_000);
  });

  test('a rate below one item in a burst delivers one at a time', () => {
    const backfill = newBackfill(listed(5), startMs);
    const slow = { ...backfillItemsDefaults, ratePerSecond: 0.01 };
    expect(nextPositions(backfill, slow)).toEqual([0]);
    const context = { policy: { policy: slow, items: listed(5).items, identity }, nowMs: startMs };
    const batch = { positions: [0], begunAtMs: startMs };
    const { state: after } = next(
      backfill,
      { type: 'delivered', batch, result: { alreadyOpen: 0, undelivered: [] } },
      context,
    );
    expect(after.nextAtMs).toBe(startMs + 100_000);
  });
});

describe('commands', () => {
  test('a repeat changes nothing; each is recorded with actor and reason', () => {
    const run = player(10);
    run.apply({ type: 'pause', command });
    const paused = run.backfill;
    expect(commandsFor(paused)).toEqual(['resume', 'stop']);
    run.apply({ type: 'pause', command: { actor: 'bob', reason: 'me too' } });
    expect(run.backfill).toBe(paused);
    expect(run.begin()).toBe(false);
    run.apply({ type: 'resume', command });
    expect(run.begin()).toBe(true);
    expect(run.backfill.audit.map(({ command: name, actor }) => `${name} ${actor}`)).toEqual([
      'pause ann',
      'resume ann',
    ]);
  });

  test('a stop waits for the running activity and counts its result', () => {
    const run = player(10);
    run.begin();
    run.apply({ type: 'stop', command });
    expect(stateName(run.backfill)).toBe('stopping');
    expect(stateRefusal(backfillCommands, 'resume', 'stopping')).toBe('It is stopping; resume is taken in paused.');
    expect(stateRefusal(backfillCommands, 'stop', 'stopping')).toBeUndefined();
    run.answer(() => false);
    run.drain();
    expect(stateName(run.backfill)).toBe('stopped');
    expect(numbersOf(run.backfill)).toMatchObject({ delivered: 4, left: 6 });
    expect(stateRefusal(backfillCommands, 'pause', 'stopped')).toBe(
      'It is stopped; pause is taken in finding or delivering.',
    );
    const { backfill } = run;
    run.apply({ type: 'stop', command });
    expect(run.backfill).toBe(backfill);
    expect(run.notices).toHaveLength(1);
  });
});

describe('what operators read', () => {
  test('one digest with a sum that adds up, who stopped it, and the failed by name', () => {
    const run = player(7, 2);
    run.begin();
    run.answer((position) => position === 0);
    run.apply({ type: 'stop', command });
    run.drain();
    expect(run.notices).toEqual([itemsDigest(run.backfill, identity)]);
    expect(itemsDigest(run.backfill, identity)).toEqual({
      id: 'backfill-items:x:run-1:end',
      decisions: [],
      kind: 'resolution',
      severity: 'information',
      account: merchant,
      workflowId: 'backfill-items:x',
      title: 'Backfill of 7 items stopped',
      lines: [
        '9 given = 3 delivered (0 of them open before) + 0 failed + 2 given twice + 4 not delivered.',
        'Stopped by ann: checked it',
      ],
      nextStep: 'Nothing is to be done: the workflow of each item reports what it finds.',
    });
  });

  test('a digest with many failures names ten, counts the others, and is a warning', () => {
    const run = player(12);
    while (run.begin()) run.answer(() => true);
    const digest = itemsDigest(run.backfill, identity);
    expect(digest.severity).toBe('warning');
    expect(digest.lines.filter((line) => line.startsWith('Failed: '))).toHaveLength(10);
    expect(digest.lines.at(-1)).toContain('Failed besides: 2');
  });

  test('details say where it stands and what can be sent now, and stay small', () => {
    const run = player(1_200);
    run.begin();
    run.answer(() => false);
    const running = backfillDetails(run.backfill, run.plan);
    expect(running).toContain('## Delivering: backfill of 1,200 items');
    expect(running).toContain('- `pause`: Deliver nothing until resume.');
    expect(running).toContain('- `stop`: Deliver nothing more, and end.');
    expect(running).toContain('- **time left:** about 10 min');
    run.apply({ type: 'pause', command });
    expect(backfillStatus(run.backfill, run.plan)).toMatchObject({
      state: 'paused',
      left: 1_196,
      commands: ['resume', 'stop'],
    });
    expect(backfillStatus(run.backfill, run.plan).secondsLeft).toBeUndefined();
    const all = player(400);
    while (all.begin()) all.answer(() => true);
    expect(backfillDetails(all.backfill, all.plan).length).toBeLessThanOrEqual(4_000);
  });
});
