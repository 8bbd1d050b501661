import * as fc from 'fast-check';
import {
  backfillOf,
  requestedInstant,
  requireTakable,
  startCommand,
  type ChangeSetsRequest,
} from '../../src/cli/changeSetsRequest.ts';

const request: ChangeSetsRequest = {
  account: '111122223333',
  from: '2026-11-01T00:00:00.000Z',
  status: ['FAILED'],
  act: 'propose',
  start: true,
};
const idOf = (change: Partial<ChangeSetsRequest> = {}): string => backfillOf({ ...request, ...change }).workflowId;

describe('requestedInstant', () => {
  test.each([
    ['2026-11-01', '2026-11-01T00:00:00.000Z'],
    ['2026-11-01T08:00:00+01:00', '2026-11-01T07:00:00.000Z'],
    ['2026-11-01T08:00Z', '2026-11-01T08:00:00.000Z'],
    ['2028-02-29', '2028-02-29T00:00:00.000Z'],
  ])('takes %s', (text, instant) => {
    expect(requestedInstant(text)).toBe(instant);
  });

  test.each([
    '2026-02-29',
    '2026-11-31T08:00:00Z',
    '2026-11-01T08:00:00',
    '2026-13-01',
    '11/01/2026',
    'yesterday',
    '1762000000',
    '2026-11-01T08:00:00 +01:00',
    '2026-11-01T',
    '',
  ])('refuses %s', (text) => {
    expect(requestedInstant(text)).toBeUndefined();
  });

  test('what it gives, it takes as the same', () => {
    const instants = fc.date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true });
    fc.assert(fc.property(instants, (date) => expect(requestedInstant(date.toISOString())).toBe(date.toISOString())));
  });
});

describe('requireTakable', () => {
  const nowMs = Date.parse('2026-11-20T00:00:00Z');
  const [early, late] = ['2026-11-01T00:00:00.000Z', '2026-11-15T00:00:00.000Z'];
  const problemOf = (change: Partial<ChangeSetsRequest>): (() => void) => {
    const { input } = backfillOf({ ...request, ...change });
    return () => requireTakable(input, nowMs);
  };

  test('refuses in the words of the workflow, by the flag', () => {
    expect(problemOf({ from: late, to: early })).toThrow(`--from must be before --to (${early}), but it is "${late}".`);
    expect(problemOf({ from: early, to: early })).toThrow('--from must be before --to');
    expect(problemOf({ from: '2026-11-21T00:00:00.000Z' })).toThrow('--from must be in the past');
    expect(problemOf({ to: '2026-11-21T00:00:00.000Z' })).toThrow('--to must be in the past, or be left out for now');
    expect(problemOf({ from: '2026-08-01T00:00:00.000Z' })).toThrow(/^--from .* AWS keeps change sets for 60 days\.$/);
    expect(problemOf({ catalog: 'AWS Marketplace' })).toThrow('--catalog must be the name of a catalog');
  });

  test('takes a range that lies in the past, and one without an end', () => {
    expect(problemOf({ from: early })).not.toThrow();
    expect(problemOf({ from: early, to: late, limit: 1, rate: 0.1, start: false })).not.toThrow();
  });
});

describe('backfillOf', () => {
  test('the same request is the same backfill, however it is written and however fast it goes', () => {
    expect(idOf()).toMatch(/^backfill-change-sets:111122223333:[0-9a-f]{16}$/);
    expect(idOf({ catalog: 'AWSMarketplace' })).toBe(idOf());
    expect(idOf({ rate: 3 })).toBe(idOf());
    expect(idOf({ status: ['SUCCEEDED', 'FAILED', 'FAILED'] })).toBe(idOf({ status: ['FAILED', 'SUCCEEDED'] }));
  });

  test('another request is another one, and dry runs are apart', () => {
    const others: ReadonlyArray<Partial<ChangeSetsRequest>> = [
      {},
      { account: '444455556666' },
      { catalog: 'Other' },
      { from: '2026-11-02T00:00:00.000Z' },
      { to: '2026-11-15T00:00:00.000Z' },
      { status: ['CANCELLED'] },
      { act: 'policy' },
      { limit: 10 },
      { start: false },
    ];
    expect(new Set(others.map(idOf)).size).toBe(others.length);
    expect(idOf({ start: false })).toMatch(/^backfill-change-sets:111122223333:dry-run-[0-9a-f]{16}$/);
  });

  test('only --start gives an input that starts anything', () => {
    expect(backfillOf({ ...request, start: false }).input).toEqual({
      version: 1,
      account: '111122223333',
      from: '2026-11-01T00:00:00.000Z',
      statuses: ['FAILED'],
      dryRun: true,
      act: 'propose',
    });
    const more = { catalog: 'Other', to: '2026-11-15T00:00:00.000Z', limit: 10 };
    const started = { ...more, ratePerSecond: 2, dryRun: false };
    expect(backfillOf({ ...request, ...more, rate: 2 }).input).toMatchObject(started);
  });
});

test('the command that starts what a dry run counted asks for the same, up to the dry run’s own end', () => {
  const to = '2026-11-15T00:00:00.000Z';
  expect(startCommand({ ...request, start: false }, to, ' --address there:7233')).toBe(
    'steward backfill change-sets --account 111122223333 --from 2026-11-01T00:00:00.000Z ' +
      '--to 2026-11-15T00:00:00.000Z --status FAILED --act propose --start --address there:7233',
  );
  const more = { catalog: "O'Ther", status: ['FAILED', 'CANCELLED'], limit: 10, rate: 0.5 } as const;
  expect(startCommand({ ...request, ...more }, to, '')).toContain(
    `--catalog 'O'\\''Ther' --from 2026-11-01T00:00:00.000Z --to ${to} --status FAILED --status CANCELLED ` +
      '--act propose --limit 10 --rate 0.5 --start',
  );
});
