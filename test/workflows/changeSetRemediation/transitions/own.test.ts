import { successorName } from '../../../../src/workflows/changeSetRemediation/lineage.ts';
import {
  stateName,
  type ChangeSetCase,
  type LineageMessage,
} from '../../../../src/workflows/changeSetRemediation/state.ts';
import { hasClaims } from '../../../../src/workflows/changeSetRemediation/transitions/claims.ts';
import { after, diagnosis, from, originId, outcome, quiet } from '@marketplace-steward/testing/changeSets';

const inspected: LineageMessage = { type: 'inspected', findings: { origin: diagnosis(), successors: [] } };
const failed = outcome(originId, 'FAILED');
const submitting = after(failed, inspected, { type: 'backOffElapsed' }).lineage;
const awaiting = from(submitting, {
  type: 'submitAnswered',
  result: { outcome: 'submitted', changeSetId: 'next-1' },
}).lineage;
const own = [
  { attempt: 2, changeSetId: 'next-2', status: 'FAILED' },
  { attempt: 3, changeSetId: 'next-3', status: 'SUCCEEDED' },
];
const marked = (changeSetId: string, attempt: number): LineageMessage =>
  outcome(changeSetId, 'SUCCEEDED', { changeSetName: successorName('Create my product', originId, attempt) });
const idsOf = ({ members }: ChangeSetCase): readonly string[] => members.map(({ changeSetId }) => changeSetId);

describe('after a reset to before a successor was known', () => {
  test('the diagnosis takes it in before it decides anything', () => {
    const shown = diagnosis({ changeSetId: 'next-1', concurrentChanges: { ...quiet, own } });
    const { lineage, sent } = from(awaiting, outcome('next-1', 'FAILED'), { type: 'diagnosed', diagnosis: shown });
    expect([stateName(lineage), idsOf(lineage)]).toEqual(['remediated', [originId, 'next-1', 'next-2', 'next-3']]);
    expect(sent).toEqual([]);
  });

  test('the last check before a submit takes it in, and nothing is submitted', () => {
    const result = { outcome: 'overtaken', concurrentChanges: { ...quiet, own } } as const;
    expect(stateName(from(submitting, { type: 'submitAnswered', result }).lineage)).toBe('remediated');
  });

  test('its outcome waits until a check that began after it says whose it is', () => {
    const claimed = from(awaiting, marked('next-2', 2)).lineage;
    expect([hasClaims(claimed), claimed.unclaimed.length]).toEqual([true, 1]);
    // What an activity had found before speaks of nothing that came later.
    expect(hasClaims(from(claimed, inspected).lineage)).toBe(true);
    const foreign = from(claimed, { ...inspected, claims: ['next-2'] });
    expect(foreign.lineage).toMatchObject({ phase: awaiting.phase, unclaimed: [], disowned: ['next-2'] });
    expect(foreign.sent).toMatchObject([{ changeSetId: 'next-2', outcome: 'SUCCEEDED' }]);
    const successors = [
      { attempt: 1, changeSetId: 'next-1', status: 'FAILED' },
      { ...own[0]!, status: 'SUCCEEDED' },
    ];
    const found: LineageMessage = {
      type: 'inspected',
      findings: { origin: diagnosis(), successors },
      claims: ['next-2'],
    };
    const adopted = from(claimed, found).lineage;
    expect([stateName(adopted), idsOf(adopted)]).toEqual(['remediated', [originId, 'next-1', 'next-2']]);
  });

  test('abandoned while such an outcome waits, it checks first', () => {
    const asked = from(submitting, { type: 'submitFailed', outcomeKnown: true, sentence: 'refused' }).lineage;
    const claimed = from(asked, marked('next-2', 2)).lineage;
    const abandoning = from(claimed, { type: 'abandon', command: { actor: 'ann', reason: 'enough' } }).lineage;
    expect(abandoning.phase).toEqual({ name: 'abandoning' });
  });

  test('no more than twenty outcomes wait; the rest goes on', () => {
    const many = Array.from({ length: 25 }, (_, index) => marked(`copy-${index}`, 2 + index));
    const { lineage, sent } = from(awaiting, ...many);
    expect([lineage.unclaimed.length, sent.length]).toEqual([20, 5]);
  });
});

describe('identities of questions', () => {
  const asking = (sentence: string): LineageMessage => ({ type: 'checkFailed', sentence });
  const retry: LineageMessage = { type: 'retry', command: { actor: 'ann', reason: 'checked it' } };
  const identities = (...messages: readonly LineageMessage[]): readonly unknown[] =>
    after(...messages).sent.flatMap((one) => ('id' in one && one.kind === 'opening' ? [one.id] : []));

  test('the same question has the same in another run of the same messages; asked again it has another', () => {
    const ids = identities(failed, asking('one'), retry, asking('two'));
    expect(ids).toEqual(identities(failed, asking('one'), retry, asking('two')));
    expect(new Set(ids).size).toBe(2);
  });

  test('the same question does not depend on what was asked before', () => {
    const refused: LineageMessage = { type: 'submitFailed', outcomeKnown: true, sentence: 'refused' };
    const straight = identities(failed, inspected, { type: 'backOffElapsed' }, refused);
    const later = identities(failed, asking('one'), retry, inspected, { type: 'backOffElapsed' }, refused);
    expect(later.at(-1)).toBe(straight.at(-1));
  });
});
