import { changeSetDefaults } from '../../../src/policies/defaults.ts';
import { changeSetDetails, changeSetStatus } from '../../../src/workflows/changeSetRemediation/details.ts';
import { losesEntityTags, submittedWithoutEntityTags } from '../../../src/workflows/changeSetRemediation/entityTags.ts';
import { successNotice } from '../../../src/workflows/changeSetRemediation/successNotice.ts';
import type { Diagnosis } from '../../../src/workflows/changeSetRemediation/contract.ts';
import type { LineageMessage } from '../../../src/workflows/changeSetRemediation/state.ts';
import { after, diagnosis, from, originId, outcome, setChange } from '@marketplace-steward/testing/changeSets';

const { entityId: _entityId, ...withoutId } = setChange;
const create = { ...withoutId, changeType: 'CreateProduct' };
const creating = (values: Partial<Diagnosis> = {}): LineageMessage => ({
  type: 'inspected',
  findings: { origin: diagnosis({ changes: [setChange, create], ...values }), successors: [] },
});
const failed = outcome(originId, 'FAILED');
const clientError = { failureCode: 'CLIENT_ERROR' } as const;
const submitted: LineageMessage = { type: 'submitAnswered', result: { outcome: 'submitted', changeSetId: 'next-1' } };
const adopted: LineageMessage = { type: 'submitAnswered', result: { outcome: 'adopted', changeSetId: 'next-1' } };
const backOffElapsed: LineageMessage = { type: 'backOffElapsed' };
const command = { actor: 'ann', reason: 'because' };
const retry: LineageMessage = { type: 'retry', command };
const automatic = [failed, creating(), backOffElapsed] as const;
const asking = [outcome(originId, 'FAILED', clientError), creating(clientError)] as const;

test.each([
  ['SaaSProduct@1.0', 'CreateProduct', true],
  ['Offer@1.0', 'CreateReplacementOffer', true],
  ['OfferSet', 'CreateOfferSet', true],
  ['AgentTokenContainer@1.0', 'RequestExpressPrivateOffer', true],
  ['SubsidiaryAuthorization@1.0', 'CreateSubsidiaryAuthorization', true],
  ['SaaSProduct@1.0', 'UpdateInformation', false],
  ['ContainerProduct@1.0', 'AddRepositories', false],
  ['ExpressPrivateOfferConfiguration@1.0', 'CreateExpressPrivateOfferConfiguration', false],
  ['Seller@1.0', 'UpdateInformation', false],
])('%s %s makes an entity: %s', (entityType, changeType, expected) => {
  expect(losesEntityTags(diagnosis({ changes: [setChange, { ...setChange, entityType, changeType }] }))).toBe(expected);
});

test('nothing is known to make an entity before a check', () => {
  expect(losesEntityTags(undefined)).toBe(false);
});

test.each([
  ['automatically', [...automatic, submitted]],
  ['automatically, found again', [...automatic, adopted]],
  ['by an operator’s retry', [...asking, retry, submitted]],
  [
    'with an amendment that an operator approved',
    [
      ...asking,
      { type: 'amend', command: { ...command, changes: [{ index: 0, details: '{"ProductTitle":"Two"}' }] } },
      { type: 'differenceComputed', lines: ['/ProductTitle: text, 3 characters'] },
      { type: 'approve', command },
      submitted,
    ],
  ],
  ['by an earlier run', [failed, { type: 'inspected', findings: inspected('APPLYING') }]],
] satisfies Array<[string, LineageMessage[]]>)('a successor of a create, submitted %s, is noted', (_, messages) => {
  const { lineage } = after(...messages);
  expect(lineage.members).toHaveLength(2);
  expect(lineage.notes).toEqual([submittedWithoutEntityTags]);
  expect(changeSetStatus(lineage, changeSetDefaults).notes).toEqual([submittedWithoutEntityTags]);
  expect(changeSetDetails(lineage, changeSetDefaults)).toContain(`note: ${submittedWithoutEntityTags}`);
});

function inspected(status: string) {
  return {
    origin: diagnosis({ changes: [create] }),
    successors: [{ attempt: 1, changeSetId: 'next-1', status }],
  };
}

test('six successors have one note, and a lineage without a create has none', () => {
  const again: LineageMessage = {
    type: 'diagnosed',
    diagnosis: diagnosis({ changeSetId: 'next-1', changes: [create] }),
  };
  const second: LineageMessage = { type: 'submitAnswered', result: { outcome: 'submitted', changeSetId: 'next-2' } };
  const { lineage } = after(...automatic, submitted, outcome('next-1', 'FAILED'), again, backOffElapsed, second);
  expect(lineage.members).toHaveLength(3);
  expect(lineage.notes).toEqual([submittedWithoutEntityTags]);

  const plain: LineageMessage = { type: 'inspected', findings: { origin: diagnosis(), successors: [] } };
  expect(after(failed, plain, backOffElapsed, submitted).lineage.notes).toEqual([]);
});

test('the question says it before the answer, the end says it once more', () => {
  const { lineage, sent } = after(...asking);
  const warned = 'A repeat has no entity tags, if the original had any: AWS does not show them.';
  expect(sent).toMatchObject([{ kind: 'opening', lines: expect.arrayContaining([warned]) }]);
  expect(changeSetDetails(lineage, changeSetDefaults)).toContain(warned);
  expect(changeSetStatus(lineage, changeSetDefaults).report?.question).toMatchObject({ cannotRepeat: warned });
  expect(lineage.notes).toEqual([]);

  const end = from(lineage, retry, submitted, outcome('next-1', 'SUCCEEDED'));
  expect(end.sent).toMatchObject([{ kind: 'resolution', lines: expect.arrayContaining([submittedWithoutEntityTags]) }]);
  expect(end.lineage.phase).toEqual({ name: 'ended', end: 'remediated' });
});

test.each<[string, LineageMessage[]]>([
  [
    'nothing would be created',
    [failed, { type: 'inspected', findings: { origin: diagnosis(clientError), successors: [] } }],
  ],
  ['a retry checks again', [failed, { type: 'checkFailed', sentence: 'AWS did not answer.' }]],
])('the question says nothing of entity tags where %s', (_, messages) => {
  const { lineage, sent } = after(...messages);
  expect(sent).toHaveLength(1);
  expect(JSON.stringify(sent)).not.toMatch(/entity tags/);
  expect(changeSetDetails(lineage, changeSetDefaults)).not.toMatch(/entity tags/);
  expect(changeSetStatus(lineage, changeSetDefaults).report?.question).not.toHaveProperty('cannotRepeat');
});

test('the notice of a success says it of a successor, not of an original', () => {
  const { lineage } = after(...automatic, submitted, outcome('next-1', 'SUCCEEDED'));
  const success = { changeSetId: 'next-1', intent: 'APPLY', changes: [] };
  expect(successNotice(lineage, success).lines).toContain(submittedWithoutEntityTags);
  const original = after(outcome(originId, 'SUCCEEDED')).lineage;
  expect(successNotice(original, { ...success, changeSetId: originId }).lines.join(' ')).not.toMatch(/entity tags/);
});

test('a create that went out again automatically ends with one notice, which names the tags; nothing else does', () => {
  const { sent } = after(...automatic, submitted, outcome('next-1', 'SUCCEEDED'));
  const lines = expect.arrayContaining([submittedWithoutEntityTags]) as string[];
  expect(sent).toMatchObject([{ kind: 'resolution', nextStep: 'Check the tags of the new entity.', lines }]);
  const plain: LineageMessage = { type: 'inspected', findings: { origin: diagnosis(), successors: [] } };
  expect(after(failed, plain, backOffElapsed, submitted, outcome('next-1', 'SUCCEEDED')).sent).toEqual([]);
});
