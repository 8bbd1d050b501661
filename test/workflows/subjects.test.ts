import fc from 'fast-check';
import { changed, context, eventsOf, fixture } from '@marketplace-steward/testing/sampleEvents';
import { account, catalog, diagnosis, originId, setChange } from '@marketplace-steward/testing/changeSets';
import type { RouteContext } from '../../src/delivery/delivery.ts';
import { route } from '../../src/delivery/routing/route.ts';
import { healthSubject } from '../../src/workflows/accountHealth/subject.ts';
import { newCase, type ChangeSetCase } from '../../src/workflows/changeSetRemediation/state.ts';
import { changeSetSubject } from '../../src/workflows/changeSetRemediation/subject.ts';
import { offerSubject } from '../../src/workflows/offerWatch/subject.ts';
import { quarantineSubject } from '../../src/workflows/quarantinedEvent/subject.ts';
import { securitySubject } from '../../src/workflows/securityCase/subject.ts';
import { fitSubject } from '../../src/workflows/shared/searchAttributes.ts';
import { subjectOf } from '../../src/workflows/shared/subjects.ts';

const lineage = (given: Partial<ChangeSetCase> = {}): ChangeSetCase => ({
  ...newCase({ account, catalog, changeSetId: originId }),
  ...given,
});
const errors = [
  { code: 'SCAN_ERROR', message: 'Found in https://bucket.example/x?X-Amz-Signature=1' },
  { code: 'INVALID_INPUT', message: '' },
];
const diagnosed = diagnosis({
  failureCode: 'CLIENT_ERROR',
  changes: [{ ...setChange, errors }],
  entities: [{ entityId: 'prod-abc', title: 'Acme Scanner' }],
});
const asked: ChangeSetCase['phase'] = {
  name: 'awaitingDecision',
  reason: { kind: 'decision', sentence: '', retryLeadsTo: 'submit' },
  askedAtMs: 0,
  remindersSent: 0,
};

test('a change set shows its name or product and its codes, and by ids alone where no name may show', () => {
  const whole = lineage({ diagnosis: diagnosed, phase: asked });
  expect(changeSetSubject({ ...whole, originName: 'Acme Scanner 4.4.3' }, true)).toBe(
    'Acme Scanner 4.4.3: SCAN_ERROR and 1 more',
  );
  expect(changeSetSubject(whole, true)).toBe('Acme Scanner: SCAN_ERROR and 1 more');
  expect(changeSetSubject({ ...whole, originName: 'Acme Scanner 4.4.3' }, false)).toBe(
    'prod-abc: SCAN_ERROR and 1 more',
  );
  expect(changeSetSubject(lineage(), true)).toBe(originId);
  const failing = lineage({ diagnosis: diagnosis({ failureCode: 'SERVER_FAULT' }) });
  expect(changeSetSubject({ ...failing, phase: { name: 'backingOff', attempt: 1, delayMs: 1 } }, false)).toBe(
    'prod-abc: SERVER_FAULT, attempt 1',
  );
  expect(changeSetSubject({ ...whole, phase: { name: 'ended', end: 'remediated' } }, true)).toBe(
    'Acme Scanner: remediated',
  );
});

test('the others say what they are about, and the matter', () => {
  const endsAt = '2026-12-05T00:00:00Z';
  const release = { productTitle: 'Acme Scanner' };
  expect(offerSubject({ offerId: 'offer-1', state: 'watching', endsAt, release }, true)).toBe(
    'Acme Scanner (offer-1): ends 2026-12-05',
  );
  expect(offerSubject({ offerId: 'offer-1', state: 'accepted', endsAt, release }, false)).toBe('offer-1: accepted');
  expect(securitySubject({ account, open: true, products: 2, dueAt: endsAt })).toBe(
    `Account ${account}: 2 products with issues, due 2026-12-05`,
  );
  const refusal = { operation: 'StartChangeSet', failureType: 'AccessDenied' };
  expect(healthSubject({ isMerchant: false, account, refusal })).toBe(
    `Account ${account}: AccessDenied, StartChangeSet`,
  );
  expect(quarantineSubject('1a2b3c4d5e6f7a8b', 812, 'quarantined')).toBe(
    'Event 1a2b3c4d5e6f of 812 bytes: cannot be read',
  );
});

test('neither a long name nor a hostile one takes the matter away, and no address survives', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (name) => {
      const subject = fitSubject(subjectOf([`${name} https://h.example/p?sig=secret`, 'id'], 'SCAN_ERROR'));
      expect(subject).toMatch(/: SCAN_ERROR$/);
      expect(subject).not.toContain('secret');
      expect(subject).not.toMatch(/\p{Cc}|\p{Cf}/u);
    }),
  );
  expect(subjectOf(['\u200b\u202e', originId], 'SCAN_ERROR')).toBe(`${originId}: SCAN_ERROR`);
});

describe('what an event starts', () => {
  const startOf = (bytes: Buffer, inContext: RouteContext = context) => {
    const [event] = eventsOf(bytes);
    const routed = event && route(event, inContext);
    if (routed?.to !== 'workflow') throw new Error('held');
    return routed.deliveries[0];
  };
  const named = changed('changeSetFailed', { ChangeSetName: 'Acme Scanner 4.4.3' });
  const encrypted: RouteContext = { ...context, encryption: { encrypts: false } };

  test('has a subject that says so, and lets names show from then on', () => {
    expect(startOf(named)).toMatchObject({
      attributes: { subject: expect.stringMatching(/^Acme Scanner 4\.4\.3: \w+$/) },
      input: { namesInSubject: true },
    });
    expect(startOf(fixture('offerReleased.isv')).attributes.subject).toContain('Product Title (offer-');
  });

  test('has ids and codes alone where keys are configured, now and later', () => {
    for (const bytes of [named, fixture('offerReleased.isv')]) {
      const { attributes, input } = startOf(bytes, encrypted);
      expect(attributes.subject).not.toMatch(/Acme|Title/);
      expect(attributes.subject).not.toBe('');
      expect(input).not.toHaveProperty('namesInSubject');
    }
  });

  test('whose own offer is named after a buyer does not name it', () => {
    const offer = { id: 'offer-1234567890123', name: 'For Contoso' };
    expect(startOf(changed('offerReleased.isv', { offer })).attributes.subject).not.toContain('Contoso');
  });
});
