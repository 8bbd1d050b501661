import { deadLettersDelivery } from '../../src/delivery/deadLetters.ts';
import { deliver } from '../../src/delivery/deliver.ts';
import type { DeadLettersStatus } from '../../src/workflows/deadLetterQueue/contract.ts';
import { attentionAttribute, stateAttribute } from '../../src/workflows/shared/searchAttributes.ts';
import { stewardWorld, type StewardWorld } from '@marketplace-steward/testing/stewardWorld';
import { until } from '@marketplace-steward/testing/until';

let world: StewardWorld;
beforeAll(async () => {
  world = await stewardWorld('real');
});
afterAll(() => world.close());

const queue = { region: 'us-east-1', name: '123456789012/steward-dead', source: '123456789012/steward' };
const id = 'dead-letters:us-east-1:123456789012/steward-dead';
const report = (count: number, at: string) => deliver(world.client, deadLettersDelivery(queue, { count, at }));
const titles = () => world.notices.map(({ kind, id: identity }) => `${kind} ${identity}`);

test('several ingresses count the same queue: one notice, one resolution, and the next time a notice of its own', async () => {
  expect(await report(0, '2026-11-29T09:59:00.000Z')).toMatchObject({ outcome: 'notOpen' });
  const first = '2026-11-29T10:00:00.000Z';
  await Promise.all([report(2, first), report(3, first)]);
  const handle = world.client.workflow.getHandle(id);
  await until(() => world.notices.length === 1);
  expect(await handle.query<DeadLettersStatus>('status')).toMatchObject({ state: 'filled', since: first });
  expect((await handle.describe()).typedSearchAttributes.get(attentionAttribute)).toBe(true);
  expect(world.notices[0]).toMatchObject({ severity: 'critical', account: '123456789012' });

  await report(0, '2026-11-29T11:00:00.000Z');
  expect(await handle.result()).toMatchObject({ state: 'emptied', count: 0 });
  const { typedSearchAttributes } = await handle.describe();
  expect([typedSearchAttributes.get(attentionAttribute), typedSearchAttributes.get(stateAttribute)]).toEqual([
    false,
    'emptied',
  ]);

  const again = '2026-11-29T12:00:00.000Z';
  await report(1, again);
  await until(() => world.notices.length === 3);
  expect(titles()).toEqual([
    `opening ${id}:${first}:filled`,
    `resolution ${id}:${first}:emptied`,
    `opening ${id}:${again}:filled`,
  ]);
  await report(0, '2026-11-29T13:00:00.000Z');
  await world.client.workflow.getHandle(id).result();
});
