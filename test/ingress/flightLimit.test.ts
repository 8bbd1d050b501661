import fc from 'fast-check';
import { createFlightLimits, type Flight } from '../../src/ingress/flightLimit.ts';

const total = { events: 12, bytes: 1_200 };

test('the limits are divided evenly, and nothing is lost or won, whatever happens in whatever order', () => {
  const names = ['a', 'b', 'c'];
  const step = fc.record({
    name: fc.constantFrom(...names),
    what: fc.constantFrom('begin', 'receive', 'depart', 'end', 'endTwice'),
    bytes: fc.nat(300),
    which: fc.nat(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const { begin, hasRoom } = createFlightLimits(total, names);
      const found: unknown[] = [];
      const expected: unknown[] = [];
      const open = new Map(names.map((name) => [name, new Map<Flight, { events: number; bytes: number }>()]));
      for (const { name, what, bytes, which } of steps) {
        const flights = open.get(name)!;
        const sum = (of: 'events' | 'bytes') => [...flights.values()].reduce((all, each) => all + each[of], 0);
        const [flight, held] = [...flights][which % Math.max(1, flights.size)] ?? [];
        if (what === 'begin' || flight === undefined || held === undefined) {
          flights.set(begin(name), { events: 0, bytes: 0 });
        } else if (what === 'receive') {
          const fits = sum('bytes') + bytes <= 400;
          found.push(flight.receive(bytes));
          expected.push(fits);
          if (fits) held.bytes += bytes;
        } else if (what === 'depart') {
          const fits = sum('events') < 4;
          found.push(flight.depart());
          expected.push(fits);
          if (fits) held.events += 1;
        } else {
          flight.end();
          if (what === 'endTwice') flight.end();
          flights.delete(flight);
        }
      }
      expect(found).toEqual(expected);
      const held = [...open.values()].map((flights) => [...flights.values()]);
      const sums = held.map((all) => ({
        events: all.reduce((sum, each) => sum + each.events, 0),
        bytes: all.reduce((sum, each) => sum + each.bytes, 0),
      }));
      expect(hasRoom()).toBe(sums.some(({ events, bytes }) => events < 4 && bytes < 400));
    }),
  );
});

test('credentials of one name are one sender', () => {
  const { begin } = createFlightLimits(total, ['a', 'a']);
  expect(begin('a').receive(1_200)).toBe(true);
  expect(begin('a').receive(1)).toBe(false);
});
