import type { AppliedChange, SuccessDescription } from '../../../src/workflows/changeSetRemediation/contract.ts';
import { newCase } from '../../../src/workflows/changeSetRemediation/state.ts';
import { portalLink } from '../../../src/workflows/changeSetRemediation/report.ts';
import { successNotice } from '../../../src/workflows/changeSetRemediation/successNotice.ts';
import { account, after, catalog, from, originId, outcome } from '@marketplace-steward/testing/changeSets';

const start = newCase({ account, catalog, changeSetId: originId, reportSuccess: true });
const succeeded = outcome(originId, 'SUCCEEDED', { changeSetName: 'Publish it' });
const version: AppliedChange = {
  changeType: 'AddDeliveryOptions',
  entityType: 'AmiProduct',
  entityId: 'prod-one',
  title: 'My product',
  versionTitle: '1.4.2',
};
const offer: AppliedChange = { changeType: 'ReleaseOffer', entityType: 'Offer', entityId: 'offer-one' };

function noticeOf(changes: readonly AppliedChange[], values: Partial<SuccessDescription> = {}) {
  return successNotice(start, { changeSetId: originId, name: 'Publish it', intent: 'APPLY', changes, ...values });
}

test('a version: the product, the version, and that it is published', () => {
  expect(noticeOf([version, offer])).toEqual({
    id: `change-set:${originId}:succeeded:${originId}`,
    account,
    workflowId: `change-set:${originId}`,
    kind: 'report',
    topic: 'changeSet.succeeded',
    severity: 'information',
    title: '“My product”, version “1.4.2”: published',
    lines: [
      `AWS applied change set “Publish it” (${originId}).`,
      'AddDeliveryOptions on AmiProduct prod-one (“My product”), version “1.4.2”.',
      'ReleaseOffer on Offer offer-one.',
      `The request in the AWS Marketplace Management Portal: ${portalLink(originId)}`,
    ],
    nextStep: 'Nothing to do.',
  });
});

test.each<[string, readonly AppliedChange[], Partial<SuccessDescription>, string]>([
  [
    'no version',
    [{ changeType: 'UpdateVisibility', entityType: 'SaaSProduct', entityId: 'prod-1', title: 'My product' }],
    {},
    '“My product”: AWS applied UpdateVisibility',
  ],
  ['an offer', [offer], {}, 'Offer offer-one: AWS applied ReleaseOffer'],
  [
    'no title',
    [{ changeType: 'CreateProduct', entityType: 'SaaSProduct' }],
    {},
    'a new SaaSProduct: AWS applied CreateProduct',
  ],
  ['nothing that AWS shows', [], {}, `Change set “Publish it” (${originId}) succeeded`],
  [
    'a validation',
    [version],
    { intent: 'VALIDATE' },
    `Change set “Publish it” (${originId}) passed its validation; nothing was published`,
  ],
  [
    'many',
    ['1', '2', '3', '4'].map((one) => ({ ...version, entityId: `prod-${one}`, title: one })),
    {},
    '“1”, version “1.4.2”, “2”, version “1.4.2” and 2 more: published',
  ],
])('the title of %s', (_what, changes, values, title) => {
  expect(noticeOf(changes, values).title).toBe(title);
});

test('twenty changes are ten lines and their number', () => {
  const { lines } = noticeOf(Array.from({ length: 20 }, () => offer));
  expect(lines).toHaveLength(13);
  expect(lines.at(-2)).toBe('And 10 more changes.');
});

test('without the wish a success sends and asks nothing', () => {
  expect(after(succeeded).sent).toEqual([]);
});

test('with it AWS is asked once, and one notice goes out, whatever comes twice', () => {
  const described = { type: 'successDescribed', success: { changeSetId: originId, changes: [version] } } as const;
  const asked = from(start, succeeded, succeeded);
  expect(asked.sent).toEqual([{ type: 'describeSuccess', changeSetId: originId }]);
  const reported = from(asked.lineage, described, succeeded, described);
  expect(reported.sent).toMatchObject([
    { topic: 'changeSet.succeeded', title: '“My product”, version “1.4.2”: published' },
  ]);
});

test.each(['FAILED', 'CANCELLED'] as const)('%s is no success', (how) => {
  const { sent } = from(start, outcome(originId, how));
  expect(sent).toEqual([]);
});

test('of an address in a name or a title only the host is shown, and a long title keeps what happened', () => {
  const secret = 'https://bucket.example/key?X-Amz-Signature=abc';
  const long = { ...version, title: `${secret} ${'x'.repeat(200)}`, versionTitle: secret.repeat(5) };
  const notice = noticeOf([long, { ...long, title: 'y'.repeat(200) }], { name: secret });
  expect(JSON.stringify(notice.title)).not.toMatch(/key|Signature/);
  expect(notice.title.length).toBeLessThanOrEqual(250);
  expect(notice.title).toMatch(/: published$/);
  expect(notice.lines[0]).not.toMatch(/key|Signature/);
});
