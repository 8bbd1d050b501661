import fc from 'fast-check';
import { reportLines, reportSchema, reportedStep } from '../../src/cli/changeSetReport.ts';
import { wrapped } from '../../src/cli/format.ts';
import { changeSetStatus } from '../../src/workflows/changeSetRemediation/details.ts';
import { explain } from '../../src/workflows/changeSetRemediation/errorCodes.ts';
import type { ChangeSetReport } from '../../src/workflows/changeSetRemediation/reportShape.ts';
import { after, context, diagnosis, originId } from '@marketplace-steward/testing/changeSets';

const reviewer =
  'The logo is smaller than 110 pixels; the description names a competitor and a price. Fix both, and resubmit it.';
const origin = diagnosis({
  failureCode: 'CLIENT_ERROR',
  failureDescription: 'Some changes were refused.',
  entities: [{ entityId: 'prod-abc', title: 'My product' }],
  changes: [
    {
      changeType: 'UpdateVisibility',
      entityType: 'SaaSProduct@1.0',
      entityId: 'prod-abc@4',
      errors: [{ code: 'AUDIT_ERROR', message: reviewer }],
      moreErrors: 2,
      stale: ['a signed address that expired at 2026-10-31T10:00Z'],
    },
    { changeType: 'CreateOffer', entityType: 'Offer@1.0', errors: [], stale: [] },
  ],
});
const status = changeSetStatus(
  after({ type: 'inspected', findings: { origin, successors: [] } }).lineage,
  context.policy,
);

function read(): ChangeSetReport {
  // As it comes over the wire.
  return reportSchema.parse(JSON.parse(JSON.stringify(status.report)));
}

test('the report in words: each change with codes, AWS’s words, what to do, until when, where', () => {
  expect(reportLines(read(), context.nowMs)).toEqual([
    `${originId} “Create my product”: account 123456789012, the`,
    'original, FAILED, CLIENT_ERROR',
    'AWS: “Some changes were refused.”',
    '0  UpdateVisibility on SaaSProduct@1.0 “My product” prod-abc@4',
    '  AUDIT_ERROR: A reviewer at AWS refused it: a human decision, not a fault.',
    '    AWS: “The logo is smaller than 110 pixels; the description names a',
    '    competitor and a price. Fix both, and resubmit it.”',
    ...wrapped(`What to do: ${explain('AUDIT_ERROR').nextStep}`, 80, '    '),
    '  and 2 more errors',
    '    Out of date: a signed address that expired at 2026-10-31T10:00Z',
    '1  CreateOffer on Offer@1.0 (new)',
    'The question is open until 2026-12-31 12:01 UTC, in 60 days.',
    'AWS shows the change set until 2026-12-31 12:00 UTC, in 59 days.',
    `https://aws.amazon.com/marketplace/management/requests/${originId}`,
  ]);
});

test('the next step says why it is asked, and what fits', () => {
  expect(reportedStep(read()).join(' ')).toMatch(
    /^It holds changes of a protected class.* The same input fails again\..* A repeat has no entity tags, .* show them\.$/,
  );
});

test('nothing of the report is lost on its way through the schema', () => {
  expect(read()).toEqual(status.report);
});

test('lines keep the width, and no word is lost', () => {
  fc.assert(
    fc.property(
      fc.array(fc.stringMatching(/^[a-z]{1,30}$/), { minLength: 1 }),
      fc.integer({ min: 40, max: 80 }),
      (words, width) => {
        const lines = wrapped(words.join(' '), width, ' ', '   ');
        expect(lines.map((line) => line.trim()).join(' ')).toBe(words.join(' '));
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
      },
    ),
  );
});

test('a text without spaces is parted too: no line is wider than the terminal', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 300 }), { minLength: 1 }), (words) => {
      const text = words.join(' ');
      const lines = wrapped(text, 80, '- ', '  ');
      for (const line of lines) expect(Array.from(line).length).toBeLessThanOrEqual(80);
      expect(
        lines
          .map((line) => line.slice(2))
          .join('')
          .replaceAll(' ', ''),
      ).toBe(text.replaceAll(' ', ''));
    }),
  );
});
