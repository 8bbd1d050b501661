import fc from 'fast-check';
import type { OfferReleasedMessage } from '../../../src/workflows/offerWatch/contract.ts';
import { lengthName } from '../../../src/workflows/shared/reminders.ts';
import { day, dayMs, onDay, release, Simulation, startMs } from './simulation.ts';

const hourMs = 3_600_000;
const dates = [undefined, day(-2), day(0.5), day(10), day(33.3), day(200), '9999-12-31T23:00:00.000Z'];

/** A step of somebody or of time. */
type Step =
  | { type: 'release'; date: number; ageHours: number; repeat: boolean }
  | { type: 'repeat'; which: number }
  | { type: 'cancel' }
  | { type: 'advance' | 'sleep'; hours: number };

const hours = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 24, max: 1_500 }));
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({
      type: fc.constant('release' as const),
      date: fc.nat(dates.length - 1),
      ageHours: fc.constantFrom(0, 0, 0, 30, 700),
      repeat: fc.boolean(),
    }),
    fc.record({ type: fc.constant('repeat' as const), which: fc.nat(20) }),
    fc.record({ type: fc.constantFrom('cancel' as const) }),
    fc.record({ type: fc.constantFrom('advance' as const, 'advance' as const, 'sleep' as const), hours }),
  ),
  { maxLength: 25 },
);
const schedules = fc.constantFrom([30, 7, 1], [30, 7, 1], [1.5], [], [2, 0]);

/** What the watch must be, kept beside the state machine by another, simpler reckoning. */
interface Model {
  /** The newest release of the present run; absent while there is no run. */
  newest: OfferReleasedMessage | undefined;
  /** Since when the present end has been watched without a break. */
  watchedSinceMs: number;
  /** When each event was first heard, in this run. */
  readonly heard: Map<string, { readonly atMs: number; readonly message: OfferReleasedMessage }>;
  moves: number;
  openings: number;
}

const endOf = (model: Model): string | undefined => model.newest?.offer.expirationDate;

function hear(simulation: Simulation, model: Model, message: OfferReleasedMessage): void {
  if (simulation.watch.phase.name === 'ended') {
    model.newest = undefined;
    model.heard.clear();
  }
  simulation.deliver(message);
  if (model.heard.has(message.eventId)) return;
  model.heard.set(message.eventId, { atMs: simulation.nowMs, message });
  const { newest } = model;
  if (newest !== undefined && message.releasedAt < newest.releasedAt) return;
  if (newest === undefined) model.openings += 1;
  else if (newest.offer.expirationDate !== message.offer.expirationDate) model.moves += 1;
  if (newest === undefined || newest.offer.expirationDate !== message.offer.expirationDate) {
    model.watchedSinceMs = simulation.nowMs;
  }
  model.newest = message;
}

function take(simulation: Simulation, model: Model, step: Step, index: number): void {
  switch (step.type) {
    case 'release': {
      const releasedOnDay = (simulation.nowMs - step.ageHours * hourMs - startMs) / dayMs;
      const message = release(`e${index}`, releasedOnDay, dates[step.date]);
      hear(simulation, model, message);
      if (step.repeat) hear(simulation, model, message);
      break;
    }
    case 'repeat': {
      // As long as a sender repeats: a day.
      const recent = [...model.heard.values()].filter(({ atMs }) => simulation.nowMs - atMs < dayMs);
      const found = recent[step.which % Math.max(recent.length, 1)];
      const abandoned = simulation.watch.phase.name === 'ended' && simulation.watch.phase.end === 'abandoned';
      if (found !== undefined && !abandoned) hear(simulation, model, found.message);
      break;
    }
    case 'cancel':
      simulation.apply({ type: 'cancelled' });
      break;
    case 'advance':
      simulation.advanceTo(simulation.nowMs + step.hours * hourMs);
      break;
    case 'sleep':
      simulation.sleepTo(simulation.nowMs + step.hours * hourMs);
      model.watchedSinceMs = simulation.nowMs;
      break;
  }
}

/** Each reminder says the truth about the end as it is known: not before its time, and not once the end is there. */
function checkReminders(simulation: Simulation, model: Model, before: number): void {
  const end = endOf(model) ?? '';
  for (const { atMs, notice } of simulation.sent.slice(before)) {
    if (!notice.id.includes(':before-')) continue;
    const lengthMs = simulation.policy.beforeEndMs.find((ms) => notice.id.endsWith(`:${end}:before-${lengthName(ms)}`));
    expect(lengthMs).toBeDefined();
    expect(atMs).toBeGreaterThanOrEqual(Date.parse(end) - (lengthMs ?? 0));
    expect(atMs).toBeLessThan(Date.parse(end));
  }
}

/** Every reminder that lay ahead when the watch over this end began, and whose time came with a worker there, was sent. */
function checkReminded(simulation: Simulation, model: Model): void {
  const end = endOf(model);
  const { phase } = simulation.watch;
  if (end === undefined || (phase.name === 'ended' && phase.end === 'abandoned')) return;
  for (const ms of simulation.policy.beforeEndMs.filter((each) => each > 0)) {
    const reminderMs = Date.parse(end) - ms;
    if (reminderMs <= model.watchedSinceMs || reminderMs > simulation.nowMs) continue;
    expect(simulation.names()).toContain(`${end}:before-${lengthName(ms)}`);
  }
}

test('whatever happens: no notice twice, none too early, none after the end, and every reminder that there was time for', () => {
  fc.assert(
    fc.property(schedules, steps, (schedule, taken) => {
      const simulation = new Simulation({ beforeEndMs: schedule.map((days) => days * dayMs) });
      const model: Model = { newest: undefined, watchedSinceMs: startMs, heard: new Map(), moves: 0, openings: 0 };
      for (const [index, step] of taken.entries()) {
        const before = simulation.sent.length;
        const over = simulation.watch.phase.name === 'ended' && step.type !== 'release' && step.type !== 'repeat';
        take(simulation, model, step, index);
        expect(over && simulation.sent.length > before).toBe(false);
        checkReminders(simulation, model, before);
        checkReminded(simulation, model);
      }
      const names = simulation.names();
      expect(new Set(names).size).toBe(names.length);
      expect(names.filter((name) => name.startsWith('released:'))).toHaveLength(model.openings);
      expect(names.filter((name) => name.startsWith('moved:'))).toHaveLength(model.moves);

      const lastMs = Math.max(Date.parse(endOf(model) ?? day(0)), simulation.nowMs) + dayMs;
      simulation.advanceTo(lastMs);
      expect(simulation.watch.phase.name).toBe('ended');
    }),
    { numRuns: 300 },
  );
});

test('with a worker that is always there, an end that nobody moves is reminded of by each reminder once, in order', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 60 * 24 }), schedules, (hoursAhead, schedule) => {
      const simulation = new Simulation({ beforeEndMs: schedule.map((days) => days * dayMs) });
      const end = day(hoursAhead / 24);
      simulation.deliver(release('one', 0, end));
      simulation.advanceTo(onDay(70));
      const ahead = schedule.filter((days) => days > 0 && days < hoursAhead / 24);
      expect(simulation.names()).toEqual([
        'released:one',
        ...ahead.map((days) => `${end}:before-${lengthName(days * dayMs)}`),
      ]);
      expect(simulation.watch.phase).toEqual({ name: 'ended', end: 'expired' });
    }),
    { numRuns: 100 },
  );
});
