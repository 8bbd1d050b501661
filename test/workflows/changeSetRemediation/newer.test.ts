import { quiet } from '@marketplace-steward/testing/changeSets';
import { meaningOf, meaningsOf, namesOf, newsOf } from '../../../src/workflows/changeSetRemediation/newer.ts';

const of = (changeSetId: string) => ({ changeSetId, name: `Set ${changeSetId}` });

test.each([
  [{ ...of('a'), coverage: 'same' as const }, /^which carries the same changes$/],
  [{ ...of('a'), coverage: 'replaced' as const }, /^in which other values replaced those of this one$/],
  [
    { ...of('a'), coverage: 'same' as const, closed: true as const },
    /^which carries the same changes, and which nobody follows up any more$/,
  ],
  [{ ...of('a'), coverage: 'leaves' as const, evidence: 'X: Sku' }, /undone \(X: Sku\)$/],
  [{ ...of('a'), coverage: 'unknown' as const }, /is not known whether/],
])('%j is said as it is', (newer, words) => {
  expect(meaningOf(newer)).toMatch(words);
});

test('only the same is said to be the same', () => {
  const texts = (['same', 'replaced', 'leaves'] as const).map((coverage) => meaningOf({ ...of('a'), coverage }));
  expect(texts.map((text) => text.includes('the same changes'))).toEqual([true, false, false]);
});

test('many are counted, and those that cover come first', () => {
  const newer = ['a', 'b', 'c', 'd'].map((id) => ({ ...of(id), coverage: 'leaves' as const }));
  const text = meaningsOf([...newer, { ...of('e'), coverage: 'replaced' as const }]);
  expect(text).toMatch(
    /^e \(Set e\), in which other values replaced .*; a \(Set a\), .*; b \(Set b\), .*; and 2 more$/,
  );
  expect(namesOf([of('a'), { changeSetId: 'b' }])).toBe('a (Set a); b');
});

test('news are what was not known, in sentences', () => {
  const found = {
    ...quiet,
    newerSuccesses: [
      { ...of('a'), coverage: 'leaves' as const, evidence: 'X: Sku' },
      { ...of('old'), coverage: 'same' as const },
    ],
    newerFailures: [{ ...of('b'), coverage: 'replaced' as const }],
    externalChanges: [{ entityId: 'prod-abc', revision: '9', at: '' }],
  };
  expect(newsOf(found, ['a', 'b', 'prod-abc@9'])).toEqual([
    'AWS applied a (Set a), which leaves something of this one undone (X: Sku).',
    'A newer change set has failed: b (Set b), in which other values replaced those of this one.',
    'None of this account’s change sets made revision 9 of prod-abc.',
  ]);
  expect(newsOf(found, [])).toEqual([]);
});
