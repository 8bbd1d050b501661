import fc from 'fast-check';
import {
  changeSetDetails,
  changeSetStatus,
  amendmentView,
} from '../../../src/workflows/changeSetRemediation/details.ts';
import { couldMeanAnother, nameOf, openProposal } from '../../../src/workflows/changeSetRemediation/proposals.ts';
import { readLineage } from '../../../src/workflows/changeSetRemediation/carried.ts';
import type { ChangeSetCase, LineageMessage } from '../../../src/workflows/changeSetRemediation/state.ts';
import { givenRefusal } from '../../../src/workflows/changeSetRemediation/transitions/operatorCommands.ts';
import { after, context, diagnosis, from, originId, outcome } from '@marketplace-steward/testing/changeSets';

const asked = after(outcome(originId, 'FAILED', { failureCode: 'CLIENT_ERROR' }), {
  type: 'inspected',
  findings: { origin: diagnosis({ failureCode: 'CLIENT_ERROR' }), successors: [] },
}).lineage;
const held = after(
  outcome(originId, 'FAILED'),
  { type: 'inspected', findings: { origin: diagnosis(), successors: [] } },
  { type: 'backOffElapsed' },
  { type: 'submitAnswered', result: { outcome: 'held', by: 'approve' } },
).lineage;

/** Proposes something as the workflow does, and has its difference computed. */
function amendedBy(lineage: ChangeSetCase, actor: string, details: string): ChangeSetCase {
  const amend: LineageMessage = {
    type: 'amend',
    command: { actor, reason: 'typo', changes: [{ index: 0, details }] },
    mustBeNamed: couldMeanAnother(lineage),
  };
  return from(lineage, amend, { type: 'differenceComputed', lines: [`changes[0] by ${actor}`] }).lineage;
}
function nameIn(lineage: ChangeSetCase): string {
  const proposal = openProposal(lineage);
  if (proposal === undefined) throw new Error('nothing is proposed');
  return nameOf(lineage, proposal);
}
const approval = (proposal?: string) =>
  ({
    type: 'approve',
    command: { actor: 'bob', reason: 'right', ...(proposal === undefined ? {} : { proposal }) },
  }) as const;
const refusalOf = (lineage: ChangeSetCase, proposal?: string) => givenRefusal(approval(proposal), lineage);
const approved = (lineage: ChangeSetCase, proposal?: string) => from(lineage, approval(proposal)).lineage;

const anns = amendedBy(asked, 'ann', '{"ProductTitle":"from ann"}');
const carls = amendedBy(anns, 'carl', '{"ProductTitle":"from carl"}');

describe('an approval', () => {
  test('that names the proposal submits it, and the record says which', () => {
    expect(refusalOf(anns, nameIn(anns))).toBeUndefined();
    expect(approved(anns, nameIn(anns))).toMatchObject({
      amendments: [{ index: 0, details: '{"ProductTitle":"from ann"}' }],
      phase: { name: 'submitting' },
      audit: [{ command: 'amend' }, { command: 'approve', actor: 'bob', proposal: nameIn(anns) }],
    });
  });

  test('meant for what somebody has replaced meanwhile is refused: who proposed what, and when', () => {
    const said = refusalOf(carls, nameIn(anns)) ?? '';
    expect(said).toMatch(
      /names another proposal.*carl proposed it at 2026-\d\d-\d\d \d\d:\d\d UTC: changes\[0\] by carl/,
    );
    expect(said).toContain(`"proposal": "${nameIn(carls)}"`);
    expect(approved(carls, nameIn(anns))).toEqual(carls);
    expect(approved(carls, nameIn(carls)).amendments).toEqual([{ index: 0, details: '{"ProductTitle":"from carl"}' }]);
  });

  test('is refused by the name too while the difference is still computed', () => {
    const { lineage } = from(anns, {
      type: 'amend',
      command: { actor: 'carl', reason: 'typo', changes: [{ index: 0, details: '{"ProductTitle":"from carl"}' }] },
      mustBeNamed: true,
    });
    expect(refusalOf(lineage, nameIn(anns))).toMatch(/carl proposed it at .*, for changes\[0\]/);
    expect(refusalOf(lineage, nameIn(lineage))).toContain('not computed yet');
  });

  test('without a name is taken for a first proposal, which it can mean alone', () => {
    expect(refusalOf(anns)).toBeUndefined();
    expect(approved(anns)).toMatchObject({ phase: { name: 'submitting' }, audit: [{}, { proposal: nameIn(anns) }] });
  });

  test.each([
    ['another one before it', carls],
    [
      'one of an earlier question',
      amendedBy(
        from(
          anns,
          { type: 'retry', command: { actor: 'ann', reason: 'r' } },
          {
            type: 'submitFailed',
            outcomeKnown: true,
            sentence: 'AWS refused it.',
          },
        ).lineage,
        'carl',
        '{"A":"1"}',
      ),
    ],
    ['the attempt that the mode holds back', amendedBy(held, 'ann', '{"A":"1"}')],
  ])('without a name is refused where it could mean %s', (_what, lineage) => {
    expect(refusalOf(lineage)).toMatch(/names no proposal, and could mean another one than [0-9a-f]{16}, which waits/);
    expect(approved(lineage)).toEqual(lineage);
    expect(approved(lineage, nameIn(lineage)).phase.name).toBe('submitting');
  });

  test('of what the mode holds back names nothing', () => {
    expect(refusalOf(held)).toBeUndefined();
    expect(refusalOf(held, nameIn(anns))).toContain('none waits');
    expect(approved(held, nameIn(anns))).toEqual(held);
    expect(refusalOf(asked, nameIn(anns))).toContain('nothing to approve');
  });

  test('in a run from before, of two proposals, is taken without a name', () => {
    const { lineage } = from(anns, {
      type: 'amend',
      command: { actor: 'carl', reason: 'typo', changes: [{ index: 0, details: '{}' }] },
      mustBeNamed: false,
    });
    expect(refusalOf(from(lineage, { type: 'differenceComputed', lines: [] }).lineage)).toBeUndefined();
  });
});

test('details, status and query say the name, for the Web UI and the terminal', () => {
  const name = nameIn(carls);
  const details = changeSetDetails(carls, context.policy);
  expect(details).toContain(`"proposal": "${name}"`);
  expect(details).toContain(`steward approve change-set:${originId} --proposal ${name} --actor`);
  expect(details).toContain('**Proposed by carl**, not submitted yet:');
  expect(changeSetStatus(carls, context.policy)).toMatchObject({ proposal: name, proposedBy: 'carl' });
  expect(amendmentView(carls)).toMatchObject({ proposal: name, proposedAt: new Date(context.nowMs).toISOString() });
  expect(readLineage(JSON.parse(JSON.stringify(carls)))).toEqual(carls);
  expect(changeSetDetails(asked, context.policy)).not.toContain('"proposal"');
});

test('a name is that of one proposal: of its author, of every character, of its change set, of its run', () => {
  const text = fc.string({ maxLength: 30 });
  const proposals = fc.record({
    by: text,
    details: text,
    index: fc.nat(3),
    firstRunId: text,
  });
  const named = ({
    by,
    details,
    index,
    firstRunId,
  }: {
    by: string;
    details: string;
    index: number;
    firstRunId: string;
  }) => nameOf({ ...asked, firstRunId }, { by, amendments: [{ index, details }] });
  fc.assert(
    fc.property(proposals, proposals, (one, other) => {
      expect(named(one)).toMatch(/^[0-9a-f]{16}$/);
      expect(named(one) === named({ ...one, ...other })).toBe(
        JSON.stringify(one) === JSON.stringify({ ...one, ...other }),
      );
      expect(named({ ...one, details: `${one.details} ` })).not.toBe(named(one));
      expect(named({ ...one, by: `${one.by} ` })).not.toBe(named(one));
      expect(named({ ...one, firstRunId: `${one.firstRunId} ` })).not.toBe(named(one));
    }),
  );
});
