import { backfillChangeSetsDefaults } from '../../../../src/policies/defaults.ts';
import { readBackfill } from '../../../../src/workflows/backfillChangeSets/carried.ts';
import * as fc from 'fast-check';
import { afterPage } from '../../../../src/activities/backfillChangeSets/cursor.ts';
import { planOf } from '../../../../src/workflows/backfillChangeSets/input.ts';
import {
  cursorAt,
  type BackfillChangeSetsInput,
  type DeliveredPart,
} from '../../../../src/workflows/backfillChangeSets/contract.ts';
import { changeSetWorkflowId } from '../../../../src/workflows/changeSetRemediation/contract.ts';
import { next } from '../../../../src/workflows/backfillChangeSets/transitions/next.ts';
import {
  newBackfill,
  nextBatch,
  numbersOf,
  type Backfill,
  type BackfillMessage,
  type Batch,
} from '../../../../src/workflows/backfillChangeSets/state.ts';
import type { Notice } from '../../../../src/workflows/shared/notices.ts';
import { stateRefusal } from '../../../../src/workflows/shared/operatorCommands.ts';
import { backfillCommands, commandsFor, stateName } from '../../../../src/workflows/shared/backfills.ts';
import type { ListedChangeSet } from '../../../../src/workflows/shared/listedChangeSet.ts';

const startMs = Date.parse('2026-03-31T12:00:00Z');
const command = { actor: 'ann', reason: 'checked it' };
const input: BackfillChangeSetsInput = { account: '123456789012', from: '2026-03-01', dryRun: false };
const identity = { workflowId: 'backfill-change-sets:123456789012:x', firstRunId: 'run-1', account: input.account };

/** What becomes of a row that is delivered. */
type Fate = 'known' | 'started' | 'undelivered' | 'undeliverable';

const rowOf = (index: number): ListedChangeSet => ({ changeSetId: `id-${index}` });
const indexOf = ({ changeSetId }: ListedChangeSet): number => Number(changeSetId.slice(3));

/** A backfill with its clock over a listing, and what a counter of its own makes of it. */
function player(counted: number, more: Partial<BackfillChangeSetsInput> = {}, listed = counted) {
  const plan = planOf({ ...input, ...more }, backfillChangeSetsDefaults, startMs);
  const run = {
    nowMs: startMs,
    backfill: newBackfill(plan, startMs),
    notices: [] as Notice[],
    underWay: undefined as { batch: Batch; begunAtMs: number } | undefined,
    /** How far the present pass has come. */
    place: 0,
    fates: new Map<number, Fate>(),
    tried: new Map<number, number>(),
    apply(message: BackfillMessage): void {
      const context = { policy: { plan, identity }, nowMs: run.nowMs };
      const { state, notices } = next(run.backfill, message, context);
      // Every state can be carried to another run.
      run.backfill = readBackfill(state);
      run.notices.push(...notices);
    },
    find(size: number, known = 0): void {
      if (run.backfill.phase.name !== 'finding') return;
      const found = Math.min(size, counted - run.place);
      run.place += found;
      const ended = run.place === counted;
      const cursor = ended ? afterPage(cursorAt(plan.from), undefined) : cursorAt(plan.from);
      if (ended) run.place = 0;
      run.apply({ type: 'found', part: { cursor, found, known: Math.min(known, found), sample: ['id-0'] } });
    },
    begin(): boolean {
      if (run.backfill.phase.name !== 'delivering' || run.underWay !== undefined) return false;
      run.nowMs = Math.max(run.nowMs, run.backfill.nextAtMs);
      run.underWay = { batch: nextBatch(run.backfill, plan), begunAtMs: run.nowMs };
      return true;
    },
    /** The activity goes through so many rows at most, and never starts more than it may. */
    answer(size: number, fateOf: (index: number) => Fate): void {
      if (run.underWay === undefined) return;
      const { batch, begunAtMs } = run.underWay;
      run.underWay = undefined;
      const all = batch.rows ?? Array.from({ length: listed - run.place }, (_, offset) => rowOf(run.place + offset));
      const lists: Record<Fate, ListedChangeSet[]> = { known: [], started: [], undelivered: [], undeliverable: [] };
      let done = 0;
      for (const row of all.slice(0, size)) {
        if (lists.started.length === batch.most) break;
        const fate = fateOf(indexOf(row));
        lists[fate].push(row);
        run.fates.set(indexOf(row), fate);
        run.tried.set(indexOf(row), (run.tried.get(indexOf(row)) ?? 0) + 1);
        done += 1;
      }
      const listing = cursorAt(plan.from);
      if (batch.rows === undefined) run.place += done;
      const left = (rows: readonly ListedChangeSet[]) => rows.map((row) => ({ row, reason: `not ${row.changeSetId}` }));
      const part: DeliveredPart = {
        ...(batch.rows === undefined ? { cursor: run.place >= listed ? afterPage(listing, undefined) : listing } : {}),
        done,
        known: lists.known.length,
        started: lists.started.map(({ changeSetId }) => changeSetWorkflowId(changeSetId)),
        undelivered: left(lists.undelivered),
        undeliverable: left(lists.undeliverable),
      };
      run.nowMs += 1_000;
      run.apply({ type: 'delivered', batch, part, begunAtMs });
    },
    drain(): void {
      if (run.underWay === undefined && run.backfill.phase.name === 'stopping') run.apply({ type: 'drained' });
    },
    toTheEnd(fateOf: (index: number) => Fate): void {
      while (run.backfill.phase.name === 'finding') run.find(50);
      while (run.begin()) run.answer(40, fateOf);
    },
  };
  return run;
}

const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ find: fc.integer({ min: 1, max: 30 }) }) },
  { weight: 6, arbitrary: fc.constant('begin' as const) },
  {
    weight: 5,
    arbitrary: fc.record({
      size: fc.integer({ min: 1, max: 25 }),
      fates: fc.array(fc.constantFrom<Fate>('known', 'started', 'started', 'undelivered', 'undeliverable'), {
        minLength: 1,
      }),
    }),
  },
  { weight: 1, arbitrary: fc.constantFrom('renew' as const, 'drain' as const, 'lose' as const) },
  { weight: 1, arbitrary: fc.constantFrom('pause' as const, 'resume' as const) },
);

/** Whether the sum is right: checked after each of a million steps, so without a matcher. */
function addsUp(backfill: Backfill): boolean {
  const { found, known, started, failed, left } = numbersOf(backfill);
  return (
    [found, known, started, failed, left].every((number) => number >= 0) && found === known + started + failed + left
  );
}

describe('numbers', () => {
  test('they add up, and each row counts once, in any order of findings, answers, losses, pauses, renewals and stops', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: -10, max: 10 }),
        fc.option(fc.integer({ min: 1, max: 60 }), { nil: undefined }),
        fc.array(step, { maxLength: 120 }),
        fc.boolean(),
        (counted, drift, limit, steps, stops) => {
          const listed = Math.max(0, counted + drift);
          const run = player(counted, limit === undefined ? {} : { limit }, listed);
          for (const one of steps) {
            if (one === 'begin') run.begin();
            else if (one === 'lose') run.underWay = undefined;
            else if (one === 'drain') run.drain();
            else if (one === 'renew') run.backfill = JSON.parse(JSON.stringify(run.backfill)) as Backfill;
            else if (typeof one === 'string') run.apply({ type: one, command });
            else if ('find' in one) run.find(one.find);
            else run.answer(one.size, (index) => one.fates[index % one.fates.length] ?? 'started');
            if (!addsUp(run.backfill)) throw new Error(JSON.stringify(numbersOf(run.backfill)));
          }
          if (stops) run.apply({ type: 'stop', command });
          run.answer(25, () => 'started');
          run.drain();
          if (run.backfill.phase.name === 'paused') run.apply({ type: 'resume', command });
          run.toTheEnd(() => 'started');
          const { found, known, started, failed, left } = numbersOf(run.backfill);
          expect(addsUp(run.backfill)).toBe(true);
          expect(run.backfill.phase.name).toBe('ended');
          const fates = [...run.fates.values()];
          expect(started).toBe(fates.filter((fate) => fate === 'started').length);
          expect(known).toBe(fates.filter((fate) => fate === 'known').length);
          expect(started).toBeLessThanOrEqual(limit ?? Number.POSITIVE_INFINITY);
          const isWhole = !stops && started !== limit;
          const whole = { left: 0, found: listed, gone: listed };
          expect(isWhole ? { left, found, gone: run.fates.size } : whole).toEqual(whole);
          expect(failed).toBe(
            [...run.fates].filter(
              ([index, fate]) => fate === 'undeliverable' || (fate === 'undelivered' && run.tried.get(index) === 3),
            ).length,
          );
          expect(stops || stateName(run.backfill) === 'completed').toBe(true);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test('a dry run ends with what a real run would start, and delivers nothing', () => {
    const run = player(120, { dryRun: true });
    while (run.backfill.phase.name === 'finding') run.find(50, 10);
    expect(stateName(run.backfill)).toBe('completed');
    expect(numbersOf(run.backfill)).toEqual({ found: 120, known: 30, started: 0, failed: 0, left: 90 });
    expect(run.backfill.sample).toEqual(['id-0', 'id-0', 'id-0']);
    expect(run.notices).toEqual([]);
    expect(run.begin()).toBe(false);
  });

  test('nothing found is the end', () => {
    const run = player(0);
    run.find(1);
    expect(stateName(run.backfill)).toBe('completed');
  });

  test('an undelivered row gets another attempt after a minute and after ten, then counts as failed with its reason', () => {
    const run = player(30);
    while (run.backfill.phase.name === 'finding') run.find(50);
    const beganMs: number[] = [];
    while (run.begin()) {
      beganMs.push(run.nowMs - startMs);
      run.answer(40, (index) => (index === 7 ? 'undelivered' : 'started'));
    }
    expect(beganMs).toEqual([0, 61_000, 662_000]);
    expect(numbersOf(run.backfill)).toEqual({ found: 30, known: 0, started: 29, failed: 1, left: 0 });
    expect(run.backfill.failures).toEqual([{ changeSetId: 'id-7', reason: 'not id-7' }]);
  });

  test('the lists are bounded, the numbers are not, and the state stays small whatever is not delivered', () => {
    const run = player(5_000);
    run.find(5_000);
    let largest = 0;
    while (run.begin()) {
      run.answer(200, () => 'undelivered');
      largest = Math.max(largest, JSON.stringify(run.backfill).length);
    }
    expect(numbersOf(run.backfill)).toMatchObject({ found: 5_000, failed: 5_000, left: 0 });
    expect(run.backfill.failures).toHaveLength(100);
    expect(largest).toBeLessThan(100_000);
  });

  test('a listing that AWS refuses for good ends the backfill with its words', () => {
    const run = player(30);
    run.apply({ type: 'refused', sentence: 'no such catalog' });
    expect(run.backfill).toMatchObject({ phase: { name: 'ended', end: 'stopped' }, problem: 'no such catalog' });
  });
});

describe('the rate', () => {
  test('with a rate no window holds more than it allows, and one burst; what is known is free', () => {
    const run = player(100, { ratePerSecond: 2 });
    run.find(100);
    const starts: Array<{ atMs: number; started: number }> = [];
    while (run.begin()) {
      const before = run.backfill.started;
      const atMs = run.nowMs;
      run.answer(200, (index) => (index % 3 === 0 ? 'known' : 'started'));
      starts.push({ atMs, started: run.backfill.started - before });
    }
    for (const [first, { atMs: fromMs }] of starts.entries()) {
      for (const [last, { atMs }] of starts.entries()) {
        const inWindow = starts.slice(first, last + 1).reduce((sum, { started }) => sum + started, 0);
        expect(inWindow).toBeLessThanOrEqual(Math.max(0, (atMs - fromMs) / 1_000) * 2 + 10);
      }
    }
    expect(numbersOf(run.backfill)).toMatchObject({ started: 66, known: 34, left: 0 });
    expect(starts.at(-1)?.atMs).toBe(startMs + 30_000);
  });

  test('without one a batch is bounded by what a dead worker may leave uncounted, and by the limit', () => {
    const run = player(1_000, { limit: 250 });
    run.find(1_000);
    run.begin();
    expect(run.underWay?.batch).toEqual({ most: 200 });
    run.answer(200, () => 'started');
    run.begin();
    expect(run.underWay?.batch).toEqual({ most: 50 });
    run.answer(200, () => 'started');
    expect(stateName(run.backfill)).toBe('completed');
    expect(numbersOf(run.backfill)).toMatchObject({ found: 1_000, started: 250, left: 750 });
    expect(run.backfill.notes).toEqual(['This backfill reached its limit of 250; 750 are left.']);
  });
});

describe('commands', () => {
  test('a pause holds where it is, a repeat changes nothing; each is recorded with actor and reason', () => {
    const run = player(100);
    run.find(40);
    run.apply({ type: 'pause', command });
    const paused = run.backfill;
    expect(commandsFor(paused)).toEqual(['resume', 'stop']);
    run.apply({ type: 'pause', command: { actor: 'bob', reason: 'me too' } });
    expect(run.backfill).toBe(paused);
    run.apply({ type: 'resume', command });
    expect(stateName(run.backfill)).toBe('finding');
    run.find(100);
    expect(stateName(run.backfill)).toBe('delivering');
    expect(run.backfill.audit.map(({ command: name, actor }) => `${name} ${actor}`)).toEqual([
      'pause ann',
      'resume ann',
    ]);
  });

  test('what ends while it is paused goes on with the resume', () => {
    const run = player(10);
    run.find(10);
    run.begin();
    run.apply({ type: 'pause', command });
    run.answer(20, () => 'started');
    expect(stateName(run.backfill)).toBe('paused');
    run.apply({ type: 'resume', command });
    expect(stateName(run.backfill)).toBe('completed');
  });

  test('a stop waits for the running activity and counts its result', () => {
    const run = player(10);
    run.find(10);
    run.begin();
    run.apply({ type: 'stop', command });
    expect(stateName(run.backfill)).toBe('stopping');
    expect(stateRefusal(backfillCommands, 'resume', 'stopping')).toBe('It is stopping; resume is taken in paused.');
    expect(stateRefusal(backfillCommands, 'stop', 'stopping')).toBeUndefined();
    run.answer(4, () => 'started');
    run.drain();
    expect(stateName(run.backfill)).toBe('stopped');
    expect(numbersOf(run.backfill)).toMatchObject({ started: 4, left: 6 });
    expect(stateRefusal(backfillCommands, 'pause', 'stopped')).toBe(
      'It is stopped; pause is taken in finding or delivering.',
    );
    const { backfill } = run;
    run.apply({ type: 'stop', command });
    expect(run.backfill).toBe(backfill);
    expect(run.notices).toHaveLength(1);
  });
});
