import fc from 'fast-check';
import { createRandomSource } from '../../src/marketplaceCatalog/random.ts';

const draw = (source: ReturnType<typeof createRandomSource>) => [
  source.fraction(),
  source.token(25),
  source.uuid(),
  source.shuffle([1, 2, 3, 4, 5, 6, 7, 8]),
];

test('one seed gives one sequence, another seed another', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 32 - 2 }), (seed) => {
      const source = createRandomSource(seed);
      const first = draw(source);
      expect(draw(createRandomSource(seed))).toEqual(first);
      expect(draw(createRandomSource(seed + 1))).not.toEqual(first);
      expect(draw(source)).not.toEqual(first);
      source.restart();
      expect(draw(source)).toEqual(first);
    }),
  );
});

test('fractions lie in [0, 1), and a shuffle keeps every item', () => {
  fc.assert(
    fc.property(fc.integer(), fc.array(fc.integer()), (seed, items) => {
      const source = createRandomSource(seed);
      const fraction = source.fraction();
      expect(fraction).toBeGreaterThanOrEqual(0);
      expect(fraction).toBeLessThan(1);
      const numerically = (left: number, right: number) => left - right;
      expect(source.shuffle(items).toSorted(numerically)).toEqual(items.toSorted(numerically));
    }),
  );
});
