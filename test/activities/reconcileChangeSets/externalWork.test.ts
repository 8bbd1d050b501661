import fc from 'fast-check';
import { checkEntities, dueBetween } from '../../../src/activities/reconcileChangeSets/externalWork.ts';
import type { OpenLineage } from '../../../src/delivery/openLineages.ts';
import { simulated, type Simulated } from '../simulated.ts';

const account = '123456789012';
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const at = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;
const check = { account, catalogs: ['AWSMarketplace'], from: '', until: '' };

let world: Simulated;
let reported: string[] = [];
const lineages = {
  async reportWork({ workflowId }: OpenLineage, { work }: { readonly work: readonly string[] }) {
    reported.push(`${workflowId} ${work.join()}`);
  },
};
beforeAll(async () => {
  world = await simulated();
});
afterAll(() => world.simulator.close());
beforeEach(() => {
  world.reset();
  reported = [];
});

const question = (workflowId: string, ...entities: string[]): OpenLineage => ({
  workflowId,
  account,
  state: 'awaitingDecision',
  startedMs: 0,
  attempt: 0,
  changeSets: [workflowId],
  entities,
});

/** Checks what is due between two moments. */
function checked(asked: readonly OpenLineage[], untilMs: number, nowMs: number) {
  const reporting = { entitiesUntil: new Date(untilMs).toISOString() };
  return checkEntities({ catalog: world.catalog, lineages }, { ...check, reporting }, asked, nowMs);
}

const putEntity = (entityId: string, modifiedMs: number): void =>
  world.simulator.control.putEntity({ entityId, entityType: 'SaaSProduct@1.0', lastModified: at(modifiedMs) });
const described = (): number => world.simulator.control.log({ operation: 'DescribeEntity' }).length;

test('every entity is due once a day, whenever rounds are made, and after an outage once for all of the time', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 3 * dayMs }), { minLength: 1, maxLength: 40 }), (gaps) => {
      const entities = ['a', 'b', 'c', 'd'];
      const startMs = Date.parse('2026-11-22T12:00:00Z');
      const last = new Map(entities.map((id) => [id, startMs]));
      let nowMs = startMs;
      for (const gapMs of gaps) {
        const due = dueBetween(entities, nowMs, nowMs + gapMs);
        nowMs += gapMs;
        for (const { entityId } of due) {
          last.set(entityId, nowMs);
        }
        expect(new Set(due.map(({ entityId }) => entityId)).size).toBe(due.length);
        for (const [, checkedMs] of last) expect(nowMs - checkedMs).toBeLessThanOrEqual(dayMs + gapMs);
      }
      // A day at a time: each exactly once.
      for (let day = 0; day < 3; day += 1) {
        expect(dueBetween(entities, nowMs + day * dayMs, nowMs + (day + 1) * dayMs)).toHaveLength(entities.length);
      }
    }),
  );
});

test('what somebody else has changed is reported to every question about the entity, and AWS is asked once', async () => {
  const nowMs = Date.now();
  putEntity('prod-1', nowMs - 2 * hourMs);
  putEntity('prod-2', nowMs - 40 * dayMs);
  const asked = [question('one', 'prod-1'), question('two', 'prod-1', 'prod-2')];
  const after = await checked(asked, nowMs - dayMs, nowMs);
  expect(after.entitiesUntil).toBe(new Date(nowMs).toISOString());
  expect(reported.toSorted()).toEqual([
    expect.stringMatching(/^one prod-1@\d+$/),
    expect.stringMatching(/^two prod-1@\d+$/),
  ]);
  expect(described()).toBe(2);
});

test('what a change set of the account has made is no external work; a validation makes nothing', async () => {
  const nowMs = Date.now();
  const endMs = nowMs - 2 * hourMs;
  const putSet = (entityId: string, intent: 'APPLY' | 'VALIDATE'): void => {
    putEntity(entityId, endMs);
    world.simulator.control.putChangeSet({
      changeSetId: `set-${entityId}`,
      name: entityId,
      intent,
      status: 'SUCCEEDED',
      startTime: at(endMs - hourMs),
      endTime: at(endMs),
      changes: [
        { changeType: 'UpdateInformation', entityType: 'SaaSProduct@1.0', identifier: entityId, details: '{}' },
      ],
    });
  };
  putSet('prod-own', 'APPLY');
  putSet('prod-checked', 'VALIDATE');
  await checked([question('one', 'prod-own', 'prod-checked')], nowMs - dayMs, nowMs);
  expect(reported).toEqual([expect.stringMatching(/^one prod-checked@/)]);
});

test('where nothing is asked, or nothing was checked before, AWS is asked nothing', async () => {
  const nowMs = Date.now();
  putEntity('prod-1', nowMs);
  await checked([], nowMs - dayMs, nowMs);
  await checkEntities(
    { catalog: world.catalog, lineages },
    { ...check, reporting: {} },
    [question('one', 'prod-1')],
    nowMs,
  );
  expect([described(), reported]).toEqual([0, []]);
});

test('where AWS refuses, the next round checks the same again; an entity that AWS does not show holds up nobody', async () => {
  const nowMs = Date.now();
  const asked = [question('one', 'prod-gone')];
  expect(await checked(asked, nowMs - dayMs, nowMs)).toEqual({ entitiesUntil: new Date(nowMs).toISOString() });
  world.simulator.control.addFault({
    fault: 'error',
    operation: 'DescribeEntity',
    type: 'AccessDeniedException',
    status: 403,
    message: 'denied',
    times: 10,
  });
  expect(await checked(asked, nowMs - dayMs, nowMs)).toEqual({ entitiesUntil: new Date(nowMs - dayMs).toISOString() });
});

test('of very many entities a round checks a part, and the next one goes on from there', async () => {
  const nowMs = Date.now();
  const ids = Array.from({ length: 250 }, (_, index) => `prod-${index}`);
  for (const id of ids) putEntity(id, nowMs - hourMs);
  let untilMs = nowMs - dayMs;
  let rounds = 0;
  while (untilMs < nowMs) {
    const { entitiesUntil = '' } = await checked([question('one', ...ids)], untilMs, nowMs);
    untilMs = Date.parse(entitiesUntil);
    rounds += 1;
  }
  expect([rounds, reported.length, new Set(reported).size]).toEqual([3, 250, 250]);
});

test('a bug is none of these', async () => {
  const nowMs = Date.now();
  const broken = { ...world.catalog, describeEntity: () => Promise.reject(new TypeError('broken')) };
  const reporting = { entitiesUntil: new Date(nowMs - dayMs).toISOString() };
  const thrown = checkEntities(
    { catalog: broken, lineages },
    { ...check, reporting },
    [question('one', 'prod-1')],
    nowMs,
  );
  await expect(thrown).rejects.toBeInstanceOf(TypeError);
});
