import { planFaults } from '../../chaos/run/schedule.ts';

const parts = ['worker', 'httpIngress', 'queueIngress', 'temporal', 'catalog', 'buyWithPrime'] as const;
const faultsOf = (seed: number, kills: number) => planFaults({ seed, kills, parts });

test('a seed gives the same schedule, and another seed another one', () => {
  expect(faultsOf(19, 60)).toEqual(faultsOf(19, 60));
  expect(faultsOf(20, 60)).not.toEqual(faultsOf(19, 60));
});

test.each([6, 60])('has %i kills, every kind of part among those killed, and every kind of fault', (kills) => {
  const faults = faultsOf(3, kills);
  const killed = faults.flatMap((fault) => (fault.fault === 'kill' ? [fault.part] : []));
  expect(killed).toHaveLength(kills);
  expect(new Set(killed).size).toBeGreaterThanOrEqual(Math.min(kills, parts.length) - 1);
  const names = ['kill', 'freeze', 'reset', 'vendor', 'channelDown', 'configure', 'deploy'];
  expect([...new Set(faults.map(({ fault }) => fault))].toSorted()).toEqual(names.toSorted());
});

test('spreads them over the stream, in order, and leaves its begin and its end alone', () => {
  const times = faultsOf(7, 40).map(({ at }) => at);
  expect(times).toEqual(times.toSorted((one, other) => one - other));
  expect(Math.min(...times)).toBeGreaterThan(0.05);
  expect(Math.max(...times)).toBeLessThan(0.91);
  const kills = faultsOf(7, 40).flatMap((fault) => (fault.fault === 'kill' ? [fault.at] : []));
  for (const from of [0.1, 0.3, 0.5, 0.7]) {
    expect(kills.filter((at) => at >= from && at < from + 0.2).length).toBeGreaterThan(5);
  }
});

test('without kills there is no fault at all', () => {
  expect(faultsOf(3, 0)).toEqual([]);
});
