import fc from 'fast-check';
import {
  fitsMarker,
  readMarker,
  submitToken,
  successorName,
} from '../../../src/workflows/changeSetRemediation/lineage.ts';

const ids = fc.stringMatching(/^[\w-]{1,50}$/);
const names = fc.option(
  fc.oneof(
    fc.stringMatching(/^[\w\s+=.:@-]{1,100}$/),
    fc.string({ unit: 'grapheme', maxLength: 255 }),
    fc.string({ unit: 'binary', maxLength: 255 }),
  ),
  { nil: undefined },
);
const attempts = fc.integer({ min: 1, max: 999 });

describe('the lineage marker', () => {
  test('any name of a successor fits AWS’s limits and leads back to its origin and attempt', () => {
    fc.assert(
      fc.property(names, ids.filter(fitsMarker), attempts, (original, originId, attempt) => {
        const name = successorName(original, originId, attempt);
        expect(name).toMatch(/^[\w +=.:@-]{1,100}$/);
        expect(name).toBe(name.trim());
        expect(readMarker(name)).toEqual({ originId, attempt });
      }),
    );
  });

  test('the marker of a successor’s successor is its own, not the one that was cut into', () => {
    fc.assert(
      fc.property(names, ids.filter(fitsMarker), attempts, attempts, (original, originId, one, other) => {
        const name = successorName(successorName(original, originId, one), originId, other);
        expect(readMarker(name)?.attempt).toBe(other);
      }),
    );
  });

  test.each([
    ['Update my product: v1.2 @beta', 'Update my product: v1.2 @beta'],
    ['  Produit n°1 – « été »/2\t', 'Produit n 1 ete 2'],
    ['製品の更新', ''],
    ['v2\u0000\u001b[31m 製品', 'v2 31m'],
    ['x'.repeat(200), 'x'.repeat(66)],
    [`${'x'.repeat(65)} y`, 'x'.repeat(65)],
    ['😀 smile', 'smile'],
    [undefined, ''],
  ])('what AWS takes of the original name stands before the marker: %j', (original, kept) => {
    const originId = '76yesvf8y165pa4f98td2crtg';
    expect(successorName(original, originId, 1)).toBe(`${kept}+retry.${originId}.1`);
  });

  test.each([
    undefined,
    '',
    'Create my product',
    '+retry.abc',
    '+retry.abc.0',
    '+retry.abc.1 ',
    '+retry..1',
    'x+retry.a b.1',
  ])('a name without a whole marker at its end has none: %p', (name) => {
    expect(readMarker(name)).toBeUndefined();
  });

  test('a token is one per origin and attempt, and fits AWS’s limits', () => {
    fc.assert(
      fc.property(ids.filter(fitsMarker), attempts, attempts, (originId, one, other) => {
        expect(submitToken(originId, one)).toMatch(/^[!-~]{1,64}$/);
        expect(submitToken(originId, one) === submitToken(originId, other)).toBe(one === other);
      }),
    );
  });

  test('ids of AWS’s length fit, the longest that the model allows do not', () => {
    expect(fitsMarker('76yesvf8y165pa4f98td2crtg')).toBe(true);
    expect(fitsMarker('x'.repeat(255))).toBe(false);
  });
});
