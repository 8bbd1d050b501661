import fc from 'fast-check';
import type { DiagnosedChange, Diagnosis } from '../../../src/workflows/changeSetRemediation/contract.ts';
import { changeSetDetails, changeSetStatus } from '../../../src/workflows/changeSetRemediation/details.ts';
import { portalLink } from '../../../src/workflows/changeSetRemediation/report.ts';
import { newCase, type LineageMessage } from '../../../src/workflows/changeSetRemediation/state.ts';
import { next } from '../../../src/workflows/changeSetRemediation/transitions/next.ts';
import { withoutAddresses } from '../../../src/addresses.ts';
import { vendorText } from '../../../src/workflows/shared/markdown.ts';
import type { Notice } from '../../../src/workflows/shared/notices.ts';
import { wordsOf } from '../../../src/channels/text.ts';
import {
  account,
  catalog,
  context,
  diagnosis,
  from,
  originId,
  outcome,
  quiet,
} from '@marketplace-steward/testing/changeSets';

const { policy, nowMs } = context;
const start = newCase({ account, catalog, changeSetId: originId });

/** The lineage of a change set that was diagnosed so, and the notices that it sent. */
function diagnosed(values: Partial<Diagnosis>) {
  const origin = diagnosis({ failureCode: 'CLIENT_ERROR', ...values });
  const { lineage, sent } = from(start, { type: 'inspected', findings: { origin, successors: [] } });
  const notices = sent.filter((one): one is Notice => 'lines' in one);
  const [notice] = notices;
  return {
    lineage,
    notices,
    notice,
    words: notice === undefined ? '' : JSON.stringify(wordsOf(notice)),
    details: changeSetDetails(lineage, policy),
    status: changeSetStatus(lineage, policy),
  };
}

const saas = (values: Partial<DiagnosedChange> = {}): DiagnosedChange => ({
  changeType: 'UpdateInformation',
  entityType: 'SaaSProduct@1.0',
  entityId: 'prod-abc@4',
  errors: [],
  stale: [],
  ...values,
});
const visibility = (code: string, message: string): DiagnosedChange =>
  saas({ changeType: 'UpdateVisibility', errors: [{ code, message }] });
const reviewer = 'The logo is too small. Fix and resubmit.';

test('an error without a code has its words, and the text says that there is none', () => {
  const { notice, details } = diagnosed({ changes: [saas({ errors: [{ code: '', message: reviewer }] })] });
  const lines = notice?.lines.join('\n') ?? '';
  expect(lines).toContain('AWS gives CLIENT_ERROR with no code.');
  expect(lines).toContain('no code (UpdateInformation): This code is not known here.');
  for (const text of [lines, details]) expect(text).toContain(reviewer);
});

describe('a reviewer’s refusal behind a row of its own', () => {
  const shown = diagnosed({
    changes: [visibility('AUDIT_ERROR', reviewer)],
    entities: [{ entityId: 'prod-abc', title: 'My product' }],
  });

  test('its words and code stand in notice, details and status, whatever the row', () => {
    expect(shown.status.report?.question?.row).toBe(6);
    expect(shown.words).toContain('AUDIT_ERROR');
    expect(shown.words).toContain(`AWS: “${reviewer}”`);
    expect(shown.details).toContain('`AUDIT_ERROR`');
    expect(shown.details).toContain(reviewer);
    expect(shown.status.report?.changes[0]).toMatchObject({
      changeType: 'UpdateVisibility',
      entityId: 'prod-abc@4',
      title: 'My product',
      errors: [{ code: 'AUDIT_ERROR', words: reviewer, sameInput: 'endsTheSame' }],
    });
  });

  test('with whose it is, until when, and the request at AWS', () => {
    expect(shown.notice?.lines.join('\n')).toContain('UpdateVisibility on SaaSProduct@1.0 “My product” (prod-abc@4)');
    expect(shown.notice?.lines.join('\n')).toContain('The question is open until 2026-12-31 12:01 UTC, in 60 days.');
    expect(shown.notice?.lines.at(-1)).toBe(
      `Request at AWS: https://aws.amazon.com/marketplace/management/requests/${originId} ` +
        `(account ${account}, the original, FAILED, CLIENT_ERROR)`,
    );
    expect(shown.details).toContain(`](${portalLink(originId)})`);
    expect(shown.status.report).toMatchObject({
      account,
      changeSetId: originId,
      attempt: 0,
      name: 'Create my product',
      link: portalLink(originId),
      question: { openUntil: '2026-12-31T12:01:00.000Z' },
      shownByAwsUntil: '2026-12-31T12:00:00.000Z',
    });
  });

  test('the next step names a changed input, and no retry', () => {
    for (const text of [shown.notice?.nextStep ?? '', shown.status.report?.nextStep.sentence ?? '']) {
      expect(text).toContain('The same input fails again. Amend');
      expect(text).not.toMatch(/retry/i);
    }
    expect(shown.notice?.nextStep).toContain(`steward amend ${originId} --edit --actor`);
    expect(shown.status.report?.nextStep.commands.map((line) => line.split(' ')[1])).toEqual([
      'amend',
      'resolve',
      'abandon',
    ]);
    expect(shown.status.commands).toEqual(['amend', 'resolve', 'abandon', 'retry']);
  });
});

describe('the next step fits what AWS said', () => {
  const stepOf = (values: Partial<Diagnosis>): string => diagnosed(values).notice?.nextStep ?? '';
  const errors = (...codes: string[]): Partial<Diagnosis> => ({
    changes: [saas({ errors: codes.map((code) => ({ code, message: 'no' })) })],
  });

  test.each([
    ['codes that pass once something else is right', errors('ASSET_NOT_FOUND', 'MISSING_SELLER_PROFILE_INFORMATION')],
    ['one among them that nobody knows', errors('ASSET_NOT_FOUND', 'A_NEW_CODE')],
    ['no code', { failureCode: 'CLIENT_ERROR' }],
    [
      'a fault of AWS that had partial effects',
      {
        failureCode: 'SERVER_FAULT',
        changes: [saas({ changeType: 'CreateProduct' })],
        concurrentChanges: { ...quiet, created: { found: 'something', evidence: 'a product of that title' } },
      },
    ],
  ] as const)('%s: retry is among what it offers', (_what, values) => {
    expect(stepOf(values)).toContain(`steward retry ${originId}`);
  });

  test('one code that ends the same is enough against a retry', () => {
    expect(stepOf(errors('ASSET_NOT_FOUND', 'INVALID_INPUT'))).not.toMatch(/retry/i);
  });

  test('a newer success comes first, and a retry only where it could pass', () => {
    const newer = { changeSetId: 'newer-1', coverage: 'leaves' as const };
    const concurrentChanges = { ...quiet, newerSuccesses: [newer] };
    expect(stepOf({ ...errors('INVALID_INPUT'), concurrentChanges })).not.toMatch(/steward retry/);
    const fault = { failureCode: 'SERVER_FAULT', concurrentChanges };
    expect(stepOf(fault)).toMatch(/Compare it with what is newer.*steward resolve .*steward retry /);
  });

  test('what is out of date is amended', () => {
    expect(
      stepOf({
        failureCode: 'SERVER_FAULT',
        changes: [saas({ stale: ['AvailabilityEndDate 2026-10-01 has passed'] })],
      }),
    ).toMatch(/carries what is out of date.*steward amend /);
  });

  test('what a mode holds back is approved', () => {
    const held = from(
      start,
      { type: 'inspected', findings: { origin: diagnosis(), successors: [] } },
      { type: 'backOffElapsed' },
      { type: 'submitAnswered', result: { outcome: 'held', by: 'approve' } },
    );
    const [notice] = held.sent as Notice[];
    expect(notice?.nextStep).toMatch(/^Approve submits it.*steward approve .*steward abandon /);
    expect(notice?.nextStep).not.toMatch(/steward retry/);
  });

  test('no command is offered that the workflow refuses', () => {
    const failed = { outcomeKnown: false, sentence: 'The answer was lost.' };
    const { lineage } = from(
      start,
      { type: 'inspected', findings: { origin: diagnosis(), successors: [] } },
      { type: 'backOffElapsed' },
      { type: 'submitFailed', ...failed },
    );
    const { report, commands } = changeSetStatus(lineage, policy);
    expect(report?.nextStep.commands.map((line) => line.split(' ')[1])).toEqual(['retry', 'abandon']);
    expect(commands).toEqual(['retry', 'abandon']);
  });
});

describe('a question of any kind says what AWS said', () => {
  const command = { actor: 'ann', reason: 'because' };
  const retried = from(diagnosed({ changes: [visibility('AUDIT_ERROR', reviewer)] }).lineage, {
    type: 'retry',
    command,
  }).lineage;
  const locked: LineageMessage = {
    type: 'submitAnswered',
    result: { outcome: 'locked', sentence: 'AWS says that another change set holds the entities.' },
  };

  test.each<[string, LineageMessage[]]>([
    ['modeObserve', [{ type: 'submitAnswered', result: { outcome: 'held', by: 'observe' } }]],
    ['modeApprove', [{ type: 'submitAnswered', result: { outcome: 'held', by: 'approve' } }]],
    ['dailyCap', [{ type: 'submitAnswered', result: { outcome: 'held', by: 'dailyCap' } }]],
    ['blockerRemains', [locked, { type: 'blockerRemains' }]],
    [
      'submitRefused',
      [{ type: 'submitFailed', outcomeKnown: true, sentence: 'AWS refused it: see https://a.example/s3cret?x=1' }],
    ],
    ['submitUnknown', [{ type: 'submitFailed', outcomeKnown: false, sentence: 'The answer was lost.' }]],
  ])('%s', (kind, messages) => {
    const { lineage, sent } = from(retried, ...messages);
    const { phase } = lineage;
    expect(phase.name === 'awaitingDecision' && phase.reason.kind).toBe(kind);
    const texts = [JSON.stringify(sent.at(-1)), changeSetDetails(lineage, policy)];
    for (const text of texts) expect(text).toMatch(/AUDIT_ERROR[^]*The logo is too small/);
    const status = changeSetStatus(lineage, policy);
    expect([...texts, status.nextStep, JSON.stringify(status.report)].join('\n')).not.toContain('s3cret');
    expect(status.report?.nextStep.commands.length).toBeGreaterThan(0);
  });
});

describe('what comes after the question', () => {
  const asked = diagnosed({ changes: [visibility('AUDIT_ERROR', reviewer)] }).lineage;

  test('a reminder says it again', () => {
    const afterMs = nowMs + (policy.remindAfterMs[0] ?? 0);
    const [reminder] = next(asked, { type: 'clock' }, { policy, nowMs: afterMs }).notices;
    expect(reminder).toMatchObject({ kind: 'reminder' });
    expect(reminder?.lines.join('\n')).toContain(reviewer);
    expect(reminder?.lines.join('\n')).toContain('in 59 days');
  });

  test('the end without an answer has the code and the words', () => {
    const { notices } = next(asked, { type: 'clock' }, { policy, nowMs: nowMs + policy.expireAfterMs });
    expect(notices[0]?.lines.join('\n')).toMatch(/AUDIT_ERROR[^]*The logo is too small/);
  });

  test('a failed validation is reported with its verdict', () => {
    const { notices, status } = diagnosed({
      intent: 'VALIDATE',
      changes: [visibility('SCAN_ERROR', 'Fix security vulnerability CVE-1 on image one.')],
    });
    expect(status.state).toBe('reported');
    expect(notices[0]?.lines.join('\n')).toMatch(/SCAN_ERROR[^]*CVE-1 on image one/);
    expect(status.report?.codes).toEqual(['SCAN_ERROR']);
  });

  test('once AWS applied it, nothing of the failure is said', () => {
    const { lineage } = from(asked, outcome('another', 'SUCCEEDED'));
    const ended = from({ ...lineage, phase: { name: 'ended', end: 'remediated' } }).lineage;
    expect(changeSetStatus(ended, policy).report).toBeUndefined();
    expect(changeSetDetails(ended, policy)).not.toContain('AUDIT_ERROR');
  });
});

const address = fc
  .tuple(
    fc.constantFrom('https://', 'http://', 'HTTPS://', 's3://', 'https://user:pa55word@', ''),
    fc.constantFrom('findings.example', 'b.s3.amazonaws.com:443'),
    fc.constantFrom('/s3cretpath', '/a/s3cretpath/x'),
    fc.constantFrom('?token=s3cretquery', '?X-Amz-Signature=s3cretquery&b=1#s3cretquery'),
  )
  .map((parts) => parts.join(''));
const words = fc
  .array(fc.oneof(fc.string({ unit: 'grapheme', maxLength: 300 }), address, fc.constant('Fix the image.')), {
    maxLength: 8,
  })
  .map((parts) => parts.join(' '));
const code = fc.oneof(
  fc.constantFrom('AUDIT_ERROR', 'SCAN_ERROR', 'INVALID_INPUT', 'ASSET_NOT_FOUND', 'TOO_MANY_OFFERS'),
  fc.stringMatching(/^[A-Z]{1,30}_[A-Z]{1,40}$/),
);
const change: fc.Arbitrary<DiagnosedChange> = fc.record({
  changeType: fc.oneof(fc.constantFrom('UpdateInformation', 'UpdateVisibility'), fc.stringMatching(/^[A-Z]\w{0,200}$/)),
  entityType: fc.constantFrom('SaaSProduct@1.0', 'Offer@1.0', 'Experience@1.0', 'Unknown@2.0'),
  entityId: fc.stringMatching(/^[\w-]{1,200}(@\d)?$/),
  errors: fc.array(fc.record({ code, message: words }), { maxLength: 12 }),
  stale: fc.array(words, { maxLength: 4 }),
});
const anyDiagnosis = fc.record(
  {
    changes: fc.array(change, { minLength: 1, maxLength: 20 }),
    failureCode: fc.constantFrom('CLIENT_ERROR', 'SERVER_FAULT'),
    failureDescription: words,
    name: words,
    intent: fc.constantFrom('APPLY', 'VALIDATE'),
    entities: fc.array(fc.record({ entityId: fc.constant('prod-abc'), title: words }), { maxLength: 1 }),
  },
  { requiredKeys: ['changes', 'failureCode'] },
);

test('for any diagnosis: every code in details, notice and status, all of it bounded, and no address beyond its host', () => {
  fc.assert(
    fc.property(anyDiagnosis, (values) => {
      const { notice, details, status } = diagnosed(values);
      const all = [...new Set(values.changes.flatMap(({ errors }) => errors.map((error) => error.code)))];
      fc.pre(notice !== undefined);
      const channel = wordsOf(notice);
      const texts = channel.lines.join('\n');
      // What a channel cuts away is said to be elsewhere: nothing here is cut.
      expect(notice.lines.length).toBeLessThanOrEqual(20);
      for (const line of notice.lines) expect(line.length).toBeLessThanOrEqual(500);
      expect(channel.nextStep).toBe(notice.nextStep);
      expect(status.report?.codes).toEqual(all);
      for (const named of all.slice(0, 16)) {
        expect(texts).toContain(named);
        expect(details).toContain(named);
      }
      expect(texts).toContain(all.length > 16 ? `${all.length - 16} more` : '');
      expect(details.length).toBeLessThanOrEqual(4_000);
      expect(details).toContain('**Change sets of this lineage**');
      const everything = [JSON.stringify(notice), details, JSON.stringify(status.report)].join('\n');
      for (const secret of ['s3cret', 'pa55word', 'X-Amz']) expect(everything).not.toContain(secret);
      expect(JSON.stringify(status.report).length).toBeLessThanOrEqual(400_000);
    }),
    { numRuns: 300 },
  );
});

test('of an address only scheme and host are left, whatever it is written like', () => {
  fc.assert(
    fc.property(address, fc.constantFrom('', '(', '"', 'see:'), (secret, before) => {
      const shown = withoutAddresses(`${before}${secret} for more`);
      expect(shown).not.toMatch(/s3cret|pa55word|Signature/);
      expect(shown).toMatch(/findings\.example|b\.s3\.amazonaws\.com:443/);
      expect(withoutAddresses(shown)).toBe(shown);
    }),
  );
});

test('the address of an image is no secret, and stays', () => {
  const image = '709825985650.dkr.ecr.us-east-1.amazonaws.com/seller/image:1.2';
  expect(vendorText(`No image at ${image}.`, 200)).toBe(`No image at ${image}.`);
});

test.each(['resolve', 'abandon'] as const)(
  'the notice that an operator ended it by %s names code, words and link',
  (type) => {
    const command = { actor: 'ann', reason: 'because' };
    const { lineage } = diagnosed({
      changes: [saas({ errors: [{ code: 'INVALID_SKU', message: 'The SKU is taken.' }] })],
    });
    const { sent } = from(lineage, { type, command });
    const lines = (sent as Notice[]).flatMap((notice) => notice.lines).join('\n');
    for (const part of ['INVALID_SKU', 'The SKU is taken.', portalLink(originId)]) expect(lines).toContain(part);
  },
);

test('the link of a request is made of what an id can hold', () => {
  expect(portalLink('abc-1')).toBe('https://aws.amazon.com/marketplace/management/requests/abc-1');
  expect(portalLink('../x)?y=1')).toBe('https://aws.amazon.com/marketplace/management/requests/xy1');
});
