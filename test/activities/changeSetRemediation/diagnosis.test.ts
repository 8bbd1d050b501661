import { diagnosisOf } from '../../../src/activities/changeSetRemediation/diagnosis.ts';
import type { CatalogChange, CatalogChangeSet } from '../../../src/vendors/marketplaceCatalog/port.ts';
import { knownErrorCodes } from '../../../src/workflows/changeSetRemediation/errorCodes.ts';

const nowMs = Date.parse('2026-11-01T12:00:00Z');
const change = (values: Partial<CatalogChange> = {}): CatalogChange => ({
  changeType: 'AddDeliveryOptions',
  entityType: 'ContainerProduct@1.0',
  entityId: 'prod-abc',
  details: '{}',
  errors: [],
  ...values,
});
const failed = (...changes: readonly CatalogChange[]): CatalogChangeSet => ({
  changeSetId: 'failed-1',
  status: 'FAILED',
  failureCode: 'CLIENT_ERROR',
  startTime: '2026-11-01T10:00:00Z',
  endTime: '2026-11-01T11:00:00Z',
  changes,
});
const errors = (code: string, count: number, message: string): CatalogChange['errors'] =>
  Array.from({ length: count }, (_, index) => ({ code, message: `${index}: ${message}` }));

test('AWS’s words are kept to 500 characters, of addresses the host', () => {
  const message = `See https://findings.example/secret?token=1 ${'and more '.repeat(100)}`;
  const [found] = diagnosisOf(failed(change({ errors: [{ code: 'SCAN_ERROR', message }] })), [], nowMs).changes;
  expect(found?.errors[0]?.message).toMatch(/^See https\[:\]\/\/findings\.example\/… and more .*…$/);
  expect(found?.errors[0]?.message).toHaveLength(500);
});

test('a code behind many others of one change is kept: the decision table goes by all of them', () => {
  const last = { code: 'AUDIT_ERROR', message: 'no' };
  const many = [...errors('ASSET_NOT_FOUND', 300, 'not there'), last];
  const [found] = diagnosisOf(failed(change({ errors: many })), [], nowMs).changes;
  expect(found?.errors).toHaveLength(50);
  expect(found?.errors).toContainEqual(last);
  expect(found?.moreErrors).toBe(251);
});

test('codes whose same input passes on its own are fewer than the errors that are kept', () => {
  const spreading = Object.values(knownErrorCodes).flatMap((codes) =>
    Object.entries(codes).flatMap(([code, entry]) => (entry.spreading ? [code] : [])),
  );
  expect(new Set(spreading).size).toBeLessThan(50);
});

test('each change keeps its own errors, those with a new code first', () => {
  const [one, other] = diagnosisOf(
    failed(
      change({ errors: [...errors('A_CODE', 2, 'one'), { code: 'B_CODE' }] }),
      change({ errors: errors('A_CODE', 1, 'other') }),
    ),
    [],
    nowMs,
  ).changes;
  expect(one?.errors.map(({ code, message }) => `${code} ${message}`)).toEqual([
    'A_CODE 0: one',
    'B_CODE ',
    'A_CODE 1: one',
  ]);
  expect(other?.errors).toEqual([{ code: 'A_CODE', message: '0: other' }]);
});

test('the most that AWS can say stays under 30 KB', () => {
  const dates = Array.from(
    { length: 300 },
    (_, day) => `"AvailabilityEndDate":"2026-${10 + (day % 2)}-${10 + (day % 19)}"`,
  );
  const long = (text: string, length: number): string => text.repeat(length).slice(0, length);
  const everything = failed(
    ...Array.from({ length: 20 }, (_, index) =>
      change({
        changeType: long('Type', 60),
        entityType: long('Entity', 60),
        entityId: long(`prod${index}`, 60),
        details: `{${dates.join(',')}}`,
        errors: Array.from({ length: 40 }, (_each, number) => ({
          code: `${index}_${number}_${long('CODE', 60)}`,
          message: long('語"', 2_048),
        })),
      }),
    ),
  );
  const now = everything.changes.map(({ entityId = '' }) => ({ entityId, title: long('題', 255) }));
  const description = { failureDescription: long('語', 2_048), startTime: '2026-01-01T00:00:00Z' };
  const found = diagnosisOf({ ...everything, ...description }, now, Date.parse('2027-01-01T00:00:00Z'));
  expect(Buffer.byteLength(JSON.stringify(found))).toBeLessThan(30_000);
  expect(found.changes[0]?.stale.at(-1)).toMatch(/^and \d+ more$/);
  expect(found.entities).toHaveLength(10);
});

test('titles stand beside the entities that have one', () => {
  const now = [{ entityId: 'prod-abc', title: 'My product' }, { entityId: 'offer-1' }];
  expect(diagnosisOf(failed(change()), now, nowMs).entities).toEqual([{ entityId: 'prod-abc', title: 'My product' }]);
  expect(diagnosisOf(failed(change()), [{ entityId: 'offer-1' }], nowMs)).not.toHaveProperty('entities');
});
