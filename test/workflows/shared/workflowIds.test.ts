import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { kindHeading } from '../../../src/delivery/headings.ts';
import { accountHealthWorkflowId, merchantHealthWorkflowId } from '../../../src/workflows/accountHealth/contract.ts';
import { changeSetWorkflowId } from '../../../src/workflows/changeSetRemediation/contract.ts';
import { heldEventsWorkflowId } from '../../../src/workflows/heldEvents/contract.ts';
import { itemWorkflowId } from '../../../src/workflows/itemBuyability/contract.ts';
import { noticeDigestWorkflowId } from '../../../src/workflows/noticeDigest/contract.ts';
import { offerWorkflowId } from '../../../src/workflows/offerWatch/contract.ts';
import { sha256Of } from '../../../src/workflows/shared/sha256.ts';
import { fittingWorkflowId } from '../../../src/workflows/shared/workflowIds.ts';

const account = '123456789012';

describe('sha256Of', () => {
  it('gives what Node gives, for every length around a block and any text', () => {
    for (let length = 0; length < 200; length += 1) {
      const text = 'ä'.repeat(length % 3) + 'x'.repeat(length);
      expect(sha256Of(text)).toBe(createHash('sha256').update(text).digest('hex'));
    }
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 600 }), (text) => {
        expect(sha256Of(text)).toBe(createHash('sha256').update(text).digest('hex'));
      }),
    );
  });
});

describe('fittingWorkflowId', () => {
  /** Ids of 1 to so many characters, the longest often, of which many begin the same. */
  const ids = (longest: number, alphabet: string) =>
    fc
      .tuple(
        fc.oneof(
          fc.constant(''),
          fc.integer({ min: 0, max: longest - 1 }).map((length) => 'a'.repeat(length)),
        ),
        fc.string({ unit: fc.constantFrom(...alphabet.split('')), minLength: 1, maxLength: 12 }),
      )
      .map(([beginning, end]) => `${beginning}${end}`.slice(-longest));
  const catalogIds = ids(255, 'abZ09_-');
  const pathSafeIds = ids(200, 'abZ09._~-');
  const merchantKinds = fc.constantFrom(undefined, 'Throttled', 'MalformedAnswer', 'QuotaExceeded' as const);

  /** What a workflow is about, as one text, and its id. */
  const named = fc.oneof(
    catalogIds.map((id) => [['change-set', id], changeSetWorkflowId(id)] as const),
    catalogIds.map((id) => [['offer', account, id], offerWorkflowId(account, id)] as const),
    fc
      .tuple(pathSafeIds, pathSafeIds)
      .map(([merchant, item]) => [['item', merchant, item], itemWorkflowId(merchant, item)] as const),
    fc
      .tuple(pathSafeIds, merchantKinds)
      .map(([merchant, kind]) => [['merchant', merchant, kind], merchantHealthWorkflowId(merchant, kind)] as const),
    pathSafeIds.map((id) => [['held', id], heldEventsWorkflowId({ by: 'account', account: id })] as const),
    fc
      .tuple(pathSafeIds, ids(50, 'abZ09-'))
      .map(
        ([merchant, channel]) =>
          [
            ['digest', channel, merchant],
            noticeDigestWorkflowId({ channel, matter: 'unknown-kind', account: merchant }),
          ] as const,
      ),
  );

  it('is one to one for every id that the parser lets in, and has at most 255 bytes', () => {
    fc.assert(
      fc.property(fc.array(named, { minLength: 2, maxLength: 30 }), (all) => {
        const subjects = new Set(all.map(([subject]) => JSON.stringify(subject)));
        expect(new Set(all.map(([, id]) => id)).size).toBe(subjects.size);
        for (const [, id] of all) {
          expect(Buffer.byteLength(id)).toBeLessThanOrEqual(255);
          expect(id).toMatch(/^[\x21-\x7e]+$/);
          expect(fittingWorkflowId(id)).toBe(id);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('changes no id of 255 bytes or fewer, and keeps the beginning of a longer one', () => {
    expect(changeSetWorkflowId('a'.repeat(244))).toBe(`change-set:${'a'.repeat(244)}`);
    const digest = createHash('sha256')
      .update(`change-set:${'a'.repeat(245)}`)
      .digest('hex');
    expect(changeSetWorkflowId('a'.repeat(245))).toBe(`change-set:${'a'.repeat(117)}+${digest}`);
    expect(accountHealthWorkflowId(account)).toBe(`account:${account}`);
  });

  it('counts bytes, and leaves no character that a terminal or an address would change', () => {
    const id = `offer:${'é'.repeat(125)}`;
    expect(id.length).toBeLessThan(255);
    expect(fittingWorkflowId(id)).toMatch(/^offer:-+\+[0-9a-f]{64}$/);
    expect(heldEventsWorkflowId(kindHeading(`aws.agreement-marketplace/${'k'.repeat(400)}`)).length).toBeLessThan(256);
  });
});
