import fc from 'fast-check';
import { day, dayMs, onDay, release, Simulation } from './simulation.ts';

/** Reminders so many days before the end. */
const schedules = fc
  .uniqueArray(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 4 })
  .map((days) => days.toSorted((one, other) => other - one));
const changes = fc.array(fc.record({ schedule: schedules, waitHours: fc.integer({ min: 0, max: 500 }) }), {
  minLength: 1,
  maxLength: 8,
});
const beforeEndMs = (days: readonly number[]): number[] => days.map((each) => each * dayMs);

/** What came of the reminders, by name and day. */
function reminders(simulation: Simulation): string[] {
  return simulation.sent.flatMap(({ atMs, notice }) =>
    notice.kind === 'reminder' ? [`${notice.id.split(':').at(-1)} on day ${(atMs - onDay(0)) / dayMs}`] : [],
  );
}

function watched(days: readonly number[], endsOnDay: number): Simulation {
  const simulation = new Simulation({ beforeEndMs: beforeEndMs(days) });
  simulation.deliver(release('one', 0, day(endsOnDay)));
  return simulation;
}

function configure(simulation: Simulation, days: readonly number[]): void {
  simulation.configured = { ...simulation.configured, beforeEndMs: beforeEndMs(days) };
}

test('however the configuration changes: no reminder twice, none after the end, and one of it where one lay ahead', () => {
  fc.assert(
    fc.property(schedules, fc.integer({ min: 1, max: 100 }), changes, (first, endsOnDay, given) => {
      const simulation = watched(first, endsOnDay);
      const endMs = onDay(endsOnDay);
      let couldRemind = false;
      for (const { schedule, waitHours } of given) {
        const { phase } = simulation.watch;
        couldRemind ||= phase.name === 'watching' && phase.schedule.length > 0;
        configure(simulation, schedule);
        simulation.advanceTo(Math.min(simulation.nowMs + waitHours * 3_600_000, endMs - 1));
      }
      simulation.advanceTo(endMs + 10 * dayMs);
      const names = simulation.names();
      expect(new Set(names).size).toBe(names.length);
      expect(reminders(simulation).length > 0 || !couldRemind).toBe(true);
      expect(simulation.sent.filter(({ atMs, notice }) => notice.kind === 'reminder' && atMs >= endMs)).toEqual([]);
      expect(simulation.watch.phase).toEqual({ name: 'ended', end: 'expired' });
    }),
    { numRuns: 500 },
  );
});

test('a policy that holds from a check on makes the reminders after it, and none again that was sent', () => {
  const simulation = watched([30, 7, 1], 40);
  configure(simulation, [30, 14, 3]);
  simulation.advanceTo(onDay(41));
  expect(reminders(simulation)).toEqual(['before-30d on day 10', 'before-14d on day 26', 'before-3d on day 37']);
});

test('the last reminder is due at once where the change moves it into the past while others lay ahead', () => {
  const simulation = watched([30, 7, 1], 40);
  simulation.advanceTo(onDay(12));
  configure(simulation, [25]);
  simulation.advanceTo(onDay(41));
  // The check that is made once a week brought the policy.
  expect(reminders(simulation)).toEqual(['before-30d on day 10', 'before-25d on day 17']);
});

test('what is past of a policy with more to come is left out', () => {
  const simulation = watched([7], 40);
  simulation.advanceTo(onDay(31));
  configure(simulation, [20, 3]);
  simulation.advanceTo(onDay(41));
  expect(reminders(simulation)).toEqual(['before-3d on day 37']);
});
