import { lineagesOf } from '@marketplace-steward/testing/lineages';
import { account } from '@marketplace-steward/testing/changeSets';
import { changeSetWorld, finishedEvent } from '@marketplace-steward/testing/changeSetWorld';
import { historyOf } from '@marketplace-steward/testing/history';
import { type StewardWorld } from '@marketplace-steward/testing/stewardWorld';

let world: StewardWorld;
beforeAll(async () => {
  world = await changeSetWorld();
  const { accounts, policies } = world.context;
  const configured = accounts[account];
  if (configured === undefined) throw new Error(`the world has no account ${account}`);
  world.context = { accounts: { [account]: { ...configured, topics: ['changeSet.succeeded'] } }, policies };
}, 60_000);
afterAll(() => world.close());
beforeEach(() => {
  world.simulator.control.reset();
  world.simulator.control.setEvents({ target: null });
  world.reset();
});

const { handleOf, submits, inFlight, letSucceed } = lineagesOf(() => world);

function publishVersion(changeSetId: string, name: string): object {
  world.simulator.control.putChangeSet({
    changeSetId,
    account,
    name,
    status: 'SUCCEEDED',
    startTime: '2026-11-01T11:00:00Z',
    endTime: '2026-11-01T12:00:00Z',
    changes: [
      {
        changeType: 'AddDeliveryOptions',
        entityType: 'AmiProduct@1.0',
        identifier: `prod-${changeSetId}@3`,
        details: '{"Version":{"VersionTitle":"1.4.2","ReleaseNotes":"faster"}}',
      },
    ],
  });
  world.simulator.control.putEntity({
    entityId: `prod-${changeSetId}`,
    entityType: 'AmiProduct@1.0',
    account,
    details: { Description: { ProductTitle: 'My product' } },
  });
  return finishedEvent('Succeeded', changeSetId, name);
}

test('a success: one notice with product and version, by two activities; a duplicate adds nothing', async () => {
  const event = publishVersion('reported-once', 'Publish it');
  await world.receive(event);
  const handle = handleOf('reported-once');
  expect(await handle.result()).toMatchObject({ state: 'succeeded' });
  expect(world.attempts).toEqual(['describeSuccess', 'sendNotice']);
  expect((await world.receive(event)).outcome).toBe('duplicate');
  expect(world.notices).toMatchObject([
    { id: 'change-set:reported-once:succeeded:reported-once', title: '“My product”, version “1.4.2”: published' },
  ]);
  expect(JSON.stringify(world.notices)).not.toContain('faster');
  const { count } = await historyOf(handle);
  expect(count('ACTIVITY_TASK_SCHEDULED')).toBe(2);
  expect(count('UPSERT_WORKFLOW_SEARCH_ATTRIBUTES') + count('TIMER_STARTED')).toBe(0);
});

test('a success that AWS does not show: one notice with what the event said', async () => {
  await world.receive(finishedEvent('Succeeded', 'reported-unseen', 'Create my product'));
  expect(await handleOf('reported-unseen').result()).toMatchObject({ state: 'succeeded' });
  expect(world.notices).toMatchObject([
    {
      title: 'Change set “Create my product” (reported-unseen) succeeded',
      lines: [
        'AWS applied change set “Create my product” (reported-unseen).',
        'What it changed could not be read.',
        expect.any(String),
      ],
    },
  ]);
});

test('a lineage whose successor AWS applied: one notice', async () => {
  const { changeSetId, handle } = await inFlight();
  const [successor = ''] = submits();
  letSucceed(successor);
  expect(await handle.result()).toMatchObject({ state: 'remediated' });
  expect(world.notices.map(({ id, kind }) => [id, kind])).toEqual([
    [`change-set:${changeSetId}:succeeded:${successor}`, 'report'],
  ]);
  expect(world.notices[0]?.lines).toContain(`It is attempt 1 of ${changeSetId}, which had failed.`);
});
