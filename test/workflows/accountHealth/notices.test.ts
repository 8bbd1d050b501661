import { accountHealthDefaults as policy } from '../../../src/policies/defaults.ts';
import { accountHealthDetails, accountHealthStatus } from '../../../src/workflows/accountHealth/details.ts';
import { productChecksFor } from '../../../src/workflows/accountHealth/checks.ts';
import type { FailingType, RefusalType } from '../../../src/workflows/accountHealth/contract.ts';
import { newHealth, quietAtMs, stateName, type HealthMessage } from '../../../src/workflows/accountHealth/state.ts';
import { next } from '../../../src/workflows/accountHealth/transitions/next.ts';

const startMs = Date.parse('2026-11-01T12:00:00.000Z');
const at = new Date(startMs).toISOString();
const context = { policy, nowMs: startMs };
const message = 'product query: the credentials lack the permission';

function refused(failureType: RefusalType, itemId = 'item-1'): HealthMessage {
  const eventId = `${failureType} ${itemId}`;
  return { type: 'refused', message: { eventId, operation: 'product', resource: itemId, failureType, message, at } };
}

const begun = (failureType: RefusalType) =>
  next(newHealth({ businessProductId: 'bp-1' }, startMs), refused(failureType), context);

describe('a merchant that Buy with Prime refuses', () => {
  test.each([
    [
      'AccessDenied',
      'Give the API client of merchant bp-1 the permission “View & Edit Catalog Data” in Buy with Prime. No restart is needed.',
    ],
    [
      'CredentialsRejected',
      'Renew the client id and secret of merchant bp-1, and restart the worker where they are new.',
    ],
    ['NotConfigured', 'Add merchant bp-1 with its client id and secret to the configuration, and restart the worker.'],
  ] as const)('%s is one notice that names the action', (failureType, nextStep) => {
    const { state: health, notices } = begun(failureType);
    expect(notices).toEqual([
      {
        id: `merchant:bp-1:${at}:${failureType === 'AccessDenied' ? 'product' : failureType}`,
        kind: 'opening',
        severity: 'critical',
        account: 'bp-1',
        workflowId: 'merchant:bp-1',
        title: 'Buy with Prime refuses the product query of merchant bp-1',
        lines: [message, expect.stringContaining('No item is lost'), expect.stringContaining('checks again')],
        nextStep,
      },
    ]);
    expect(next(health, refused(failureType, 'item-2'), context).notices).toEqual([]);
    expect(accountHealthStatus(health)).toMatchObject({ state: 'refused', account: 'bp-1' });
    expect(accountHealthDetails(health)).toContain('## Needs you: merchant bp-1 is refused');
  });

  test('is tried by the product query of the refused item, and needs no long silence', () => {
    const { state: health } = begun('AccessDenied');
    expect(productChecksFor(health.refusals)).toEqual([{ itemId: 'item-1', refused: 'AccessDenied' }]);
    expect(productChecksFor([])).toEqual([{ refused: 'AccessDenied' }]);
    expect(quietAtMs(health, policy)).toBe(startMs + policy.recheckFirstMs);
  });

  test('is reported once more when it is over', () => {
    const { state: health } = begun('AccessDenied');
    const later = { policy, nowMs: startMs + policy.recheckFirstMs };
    const { state: ended, notices } = next(health, { type: 'checked', keys: ['product'] }, later);
    expect(stateName(ended)).toBe('recovered');
    expect(notices).toMatchObject([
      { id: `merchant:bp-1:${at}:end`, kind: 'resolution', title: 'Merchant bp-1 is no longer refused' },
    ]);
    expect(accountHealthDetails(ended)).toContain('No longer refused: merchant bp-1');
  });
});

describe('calls of an account that have failed for long', () => {
  const failingSince = '2026-11-01T10:59:00.000Z';
  const failed = (failureType: FailingType, operation: string, eventId: string): HealthMessage => ({
    type: 'refused',
    message: { eventId, operation, resource: 'set-1', failureType, message: 'status 500', failingSince, at },
  });
  const opened = (kind: FailingType) =>
    next(
      newHealth({ account: '111122223333', catalog: 'AWSMarketplace', failing: kind }, startMs),
      failed(kind, 'DescribeChangeSet', 'first'),
      context,
    );

  test.each([
    ['Throttled', /call rates of account 111122223333/],
    ['QuotaExceeded', /which quota/],
    ['ServiceFault', /health page of AWS Marketplace/],
    ['Unreachable', /network from the worker/],
    ['OutcomeUnknown', /network from the worker/],
    ['MalformedAnswer', /proxy between/],
  ] as const)('%s is one notice for all of them, with what to do', (kind, nextStep) => {
    const { state: health, notices } = opened(kind);
    expect(notices).toMatchObject([
      {
        id: `account:111122223333:${kind}:${at}:${kind}`,
        kind: 'opening',
        severity: 'warning',
        workflowId: `account:111122223333:${kind}`,
        title: `Calls of account 111122223333 to AWS Marketplace have failed for long: ${kind}`,
        nextStep: expect.stringMatching(nextStep),
      },
    ]);
    expect(notices[0]?.lines[0]).toContain('since 2026-11-01 10:59 UTC');
    expect(next(health, failed(kind, 'ListChangeSets', 'second'), context).notices).toEqual([]);
    expect(stateName(health)).toBe('failing');
    expect(accountHealthDetails(health)).toContain('## Calls have failed for long: account 111122223333');
  });

  test('end with one notice, once no call was reported for longer than two polls are apart', () => {
    const { state: health } = opened('ServiceFault');
    const checked: HealthMessage = { type: 'checked', keys: ['ServiceFault'] };
    const after = (ms: number) => next(health, checked, { policy, nowMs: startMs + ms });
    expect(after(policy.failingQuietMs - 1)).toEqual({ state: health, notices: [] });
    const { state: ended, notices } = after(policy.failingQuietMs);
    expect(stateName(ended)).toBe('recovered');
    expect(notices).toMatchObject([
      { kind: 'resolution', title: 'Calls of account 111122223333 to AWS Marketplace succeed again' },
    ]);
  });

  test('a kind that somebody typed is none of ours: the run is an access alarm', () => {
    const typed = newHealth({ account: '1', catalog: 'c', failing: 'Nonsense' as FailingType }, startMs);
    expect(typed).not.toHaveProperty('failing');
  });
});
