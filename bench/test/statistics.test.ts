import fc from 'fast-check';
import { median, percentile, ratioSpread, spreadOf } from '../statistics.ts';

const figure = fc.double({ min: 0.001, max: 1e6, noNaN: true });
const figures = fc.array(figure, { minLength: 1, maxLength: 60 });
const share = fc.double({ min: 0.001, max: 1, noNaN: true });

describe('percentile', () => {
  test('is the smallest of the values that at least that share does not exceed', () => {
    fc.assert(
      fc.property(figures, share, (values, wanted) => {
        const found = percentile(values, wanted);
        expect(values).toContain(found);
        expect(values.filter((value) => value <= found).length).toBeGreaterThanOrEqual(values.length * wanted);
        expect(values.filter((value) => value < found).length).toBeLessThan(values.length * wanted);
      }),
    );
  });

  test('known values: 1 to 100', () => {
    const values = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect([0.5, 0.99, 1].map((wanted) => percentile(values, wanted))).toEqual([50, 99, 100]);
  });

  test('leaves the values as they were', () => {
    const values = [3, 1, 2];
    percentile(values, 0.5);
    expect(values).toEqual([3, 1, 2]);
  });

  test.each([0, -0.1, 1.01, Number.NaN])('refuses the share %p', (wanted) => {
    expect(() => percentile([1], wanted)).toThrow(/share must be above 0 and up to 1/);
  });

  test('refuses no values', () => {
    expect(() => percentile([], 0.5)).toThrow(RangeError);
  });
});

describe('median', () => {
  test('as many values lie above as below, whatever their order', () => {
    fc.assert(
      fc.property(figures, (values) => {
        const found = median(values);
        const below = values.filter((value) => value < found).length;
        const above = values.filter((value) => value > found).length;
        expect(below).toBeLessThanOrEqual(values.length / 2);
        expect(above).toBeLessThanOrEqual(values.length / 2);
        expect(median(values.toReversed())).toBe(found);
      }),
    );
  });

  test('known values', () => {
    expect([median([5]), median([1, 4]), median([9, 1, 2])]).toEqual([5, 2.5, 2]);
    expect(() => median([])).toThrow(RangeError);
  });
});

describe('spreadOf', () => {
  test('least, middle and greatest are in order and hold every value', () => {
    fc.assert(
      fc.property(figures, (values) => {
        const { min, median: middle, max } = spreadOf(values);
        expect(min).toBeLessThanOrEqual(middle);
        expect(middle).toBeLessThanOrEqual(max);
        expect(values).toContain(min);
        expect(values).toContain(max);
        expect(values.every((value) => value >= min && value <= max)).toBe(true);
      }),
    );
  });
});

describe('ratioSpread', () => {
  const pairs = fc.array(fc.record({ baseline: figure, subject: figure }), { minLength: 1, maxLength: 40 });
  const same = (value: number): number => value;

  test('a machine that is faster during one pair changes nothing', () => {
    fc.assert(
      fc.property(
        pairs,
        fc.array(fc.constantFrom(0.25, 0.5, 2, 4), { minLength: 40, maxLength: 40 }),
        (list, speed) => {
          const moved = list.map(({ baseline, subject }, index) => ({
            baseline: baseline * speed[index]!,
            subject: subject * speed[index]!,
          }));
          expect(ratioSpread(moved, same)).toEqual(ratioSpread(list, same));
        },
      ),
    );
  });

  test('known values: subject by baseline, not the other way round', () => {
    const list = [
      { baseline: { rate: 100 }, subject: { rate: 80 } },
      { baseline: { rate: 50 }, subject: { rate: 50 } },
      { baseline: { rate: 10 }, subject: { rate: 9 } },
    ];
    expect(ratioSpread(list, ({ rate }) => rate)).toEqual({ median: 0.9, min: 0.8, max: 1 });
  });

  test('refuses a baseline of nothing', () => {
    expect(() => ratioSpread([{ baseline: 0, subject: 1 }], same)).toThrow(/a baseline must be above 0, found 0/);
  });
});
