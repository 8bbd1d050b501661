import { startCatalogSimulator, type CatalogSimulator } from '@marketplace-steward/simulators/marketplaceCatalog';
import type { ChangeSetFilter } from '../../../src/vendors/marketplaceCatalog/port.ts';
import { processClock } from '../../../src/quotas/clock.ts';
import type { Attempt } from '../../../src/quotas/rateLimiter.ts';
import { account, catalogAt, failureOf, scope } from './setUp.ts';

let simulator: CatalogSimulator;
let attempt: Attempt;
beforeAll(async () => {
  simulator = await startCatalogSimulator({ seed: 6, account, quotas: 'off' });
});
afterAll(() => simulator.close());
/** Look-ups that left because they had waited for long enough, and not because nobody else was to come. */
let timedOut = 0;
const { after } = processClock;
beforeEach(() => {
  timedOut = 0;
  jest.spyOn(processClock, 'after').mockImplementation((delayMs, fire) =>
    after(delayMs, () => {
      timedOut += 1;
      fire();
    }),
  );
  simulator.control.reset();
  attempt = nextAttempt();
});

const ago = (ms: number): string => `${new Date(Date.now() - ms).toISOString().slice(0, 19)}Z`;
const nextAttempt = (values: Partial<Attempt> = {}): Attempt => ({
  priority: 3,
  sinceMs: 0,
  endsMs: performance.now() + 60_000,
  ...values,
});
const catalog = () => {
  const nothing = () => undefined;
  const limiters = { admit: nothing, expect: nothing, permit: () => Promise.resolve(), close: nothing };
  return catalogAt(simulator.url, { limits: { limiters, attemptOf: () => attempt } });
};
type Put = Parameters<CatalogSimulator['control']['putChangeSet']>[0];
function put(changeSetId: string, entityId: string, values: Partial<Put> = {}): void {
  simulator.control.putChangeSet({
    changeSetId,
    name: changeSetId,
    status: 'FAILED',
    startTime: ago(60_000),
    endTime: ago(30_000),
    changes: [{ changeType: 'UpdateInformation', entityType: 'SaaSProduct@1.0', identifier: entityId }],
    ...values,
  });
}
const listings = (): string[] =>
  simulator.control
    .log({ operation: 'ListChangeSets' })
    .map((entry) => JSON.stringify('request' in entry ? entry.request : ''));
const since = (entityId: string, values: Partial<ChangeSetFilter> = {}): ChangeSetFilter => ({
  entityIds: [entityId],
  startedFrom: ago(90_000),
  orRunning: true,
  ...values,
});
const idsOf = (rows: ReadonlyArray<{ changeSetId: string }>): string[] => rows.map(({ changeSetId }) => changeSetId);

test('twenty activity attempts that look up twenty entities at once need three listings, and get what is theirs', async () => {
  const from = catalog();
  const entities = Array.from({ length: 20 }, (_, index) => `prod-${index}`);
  for (const entityId of entities) put(`of-${entityId}`, entityId);
  const found = await Promise.all(entities.map((entityId) => from.listChangeSets(scope, since(entityId))));
  expect(found.map(idsOf)).toEqual(entities.map((entityId) => [`of-${entityId}`]));
  expect(listings()).toHaveLength(3);
});

test('a look-up waits for those that other activity attempts have announced, and leaves with the last of them', async () => {
  const from = catalog();
  const entities = Array.from({ length: 5 }, (_, index) => `prod-${index}`);
  for (const entityId of entities) put(`of-${entityId}`, entityId);
  const found = await Promise.all(
    entities.map((entityId, index) => {
      attempt = nextAttempt();
      const own = attempt;
      return from.expecting(scope, { lookUps: 1 }, async () => {
        for (let round = 0; round <= index; round += 1) await new Promise(setImmediate);
        attempt = own;
        return from.listChangeSets(scope, since(entityId));
      });
    }),
  );
  expect(found.map(idsOf)).toEqual(entities.map((entityId) => [`of-${entityId}`]));
  expect(listings()).toHaveLength(1);
  expect(timedOut).toBe(0);
});

test('what was announced and ends without a look-up is waited for no longer', async () => {
  const from = catalog();
  put('of-a', 'prod-a');
  const { promise: over, resolve: end } = Promise.withResolvers<void>();
  const other = from.expecting(scope, { lookUps: 1 }, () => over);
  attempt = nextAttempt();
  const found = from.expecting(scope, { lookUps: 1 }, () => from.listChangeSets(scope, since('prod-a')));
  await new Promise(setImmediate);
  expect(listings()).toHaveLength(0);
  end();
  await other;
  expect(idsOf(await found)).toEqual(['of-a']);
  expect(timedOut).toBe(0);
});

test('what is listed together is divided by each one’s own times, entities and statuses', async () => {
  const from = catalog();
  put('older', 'prod-a', { startTime: ago(300_000), endTime: ago(200_000) });
  put('newer', 'prod-a');
  put('runs', 'prod-a', { status: 'APPLYING', startTime: ago(400_000), endTime: undefined });
  put('other', 'prod-b', { startTime: ago(300_000), endTime: ago(200_000) });
  put('both', 'prod-a', {
    changes: ['prod-a@2', 'prod-b@7'].map((identifier) => ({
      changeType: 'UpdateInformation',
      entityType: 'SaaSProduct@1.0',
      identifier,
    })),
    startTime: ago(20_000),
    endTime: ago(10_000),
  });
  const [, young, old, ofOther, active] = await Promise.all([
    from.listChangeSets(scope, since('prod-z')),
    from.listChangeSets(scope, since('prod-a')),
    from.listChangeSets(scope, since('prod-a', { startedFrom: ago(350_000) })),
    from.listChangeSets(scope, since('prod-b', { startedFrom: ago(350_000) })),
    from.listChangeSets(scope, { entityIds: ['prod-a'], statuses: ['APPLYING'] }),
  ]);
  expect(young && idsOf(young)).toEqual(['both', 'newer', 'runs']);
  expect(old && idsOf(old)).toEqual(['both', 'newer', 'older', 'runs']);
  expect(ofOther && idsOf(ofOther)).toEqual(['both', 'other']);
  expect(active && idsOf(active)).toEqual(['runs']);
  // One alone, one for three, and one by status.
  expect(listings()).toHaveLength(3);
});

test('listings are read to their end, and more than ten entities take more than one', async () => {
  const from = catalog();
  const entities = Array.from({ length: 12 }, (_, index) => `prod-${index}`);
  for (const entityId of entities) for (let row = 0; row < 5; row += 1) put(`${entityId}-${row}`, entityId);
  const [, rows] = await Promise.all([
    from.listChangeSets(scope, since('prod-z')),
    from.listChangeSets(scope, since('', { entityIds: entities })),
  ]);
  expect(new Set(idsOf(rows)).size).toBe(60);
  // Ten entities have fifty rows, three pages; two have ten, one page; and the one that came first.
  expect(listings()).toHaveLength(5);
});

test('names are looked up ten at a time, each for its own', async () => {
  const from = catalog();
  for (let index = 0; index < 15; index += 1) put(`name-${index}`, 'prod-a');
  const names = Array.from({ length: 15 }, (_, index) => `name-${index}`);
  const found = await Promise.all(names.map((name) => from.listChangeSetsByName(scope, [name])));
  expect(found.map(idsOf)).toEqual(names.map((name) => [name]));
  expect(listings()).toHaveLength(3);
});

test('accounts and catalogs share nothing', async () => {
  const from = catalog();
  const other = { ...scope, account: '444455556666' };
  put('mine', 'prod-a');
  put('theirs', 'prod-a', { account: other.account });
  const [mine, theirs] = await Promise.all([scope, other].map((whose) => from.listChangeSets(whose, since('prod-a'))));
  expect([mine, theirs].map((rows) => rows && idsOf(rows))).toEqual([['mine'], ['theirs']]);
});

test('an attempt that ends, or is cancelled, leaves the others their answer', async () => {
  const from = catalog();
  put('of-a', 'prod-a');
  simulator.control.addFault({ fault: 'slow', operation: 'ListChangeSets', delayMs: 300, times: 1 });
  const first = from.listChangeSets(scope, since('prod-z'));
  const cancelling = new AbortController();
  attempt = nextAttempt({ signal: cancelling.signal });
  const cancelled = from.listChangeSets(scope, since('prod-b'));
  attempt = nextAttempt({ endsMs: performance.now() + 5_050 });
  const late = failureOf(from.listChangeSets(scope, since('prod-c')));
  attempt = nextAttempt();
  const kept = from.listChangeSets(scope, since('prod-a'));
  const why = new Error('cancelled');
  cancelling.abort(why);
  await expect(cancelled).rejects.toBe(why);
  expect(await late).toMatchObject({ type: 'Throttled' });
  expect(idsOf(await kept)).toEqual(['of-a']);
  expect(await first).toEqual([]);
  expect(listings()).toHaveLength(2);
  expect(listings()[1]).not.toContain('prod-b');
});

test('a refusal reaches each, and one whose value AWS does not take fails alone', async () => {
  const from = catalog();
  put('of-a', 'prod-a');
  const denied = { fault: 'error', operation: 'ListChangeSets', status: 403, type: 'AccessDeniedException' } as const;
  const asked = () =>
    [since('prod-z'), since('prod-a'), since('x'.repeat(300))].map((filter) => from.listChangeSets(scope, filter));
  simulator.control.addFault({ ...denied, times: 2 });
  const refused = await Promise.all(asked().map(failureOf));
  expect(refused.map(({ type }) => type)).toEqual(['AccessDenied', 'AccessDenied', 'AccessDenied']);
  const [none, mine, wrong] = asked();
  expect(await failureOf(wrong ?? Promise.resolve())).toMatchObject({ type: 'RequestRejected' });
  expect(await none).toEqual([]);
  expect(idsOf((await mine) ?? [])).toEqual(['of-a']);
});
