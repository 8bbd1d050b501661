import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { changeSetWorld, finishedEvent, putEnded } from '@marketplace-steward/testing/changeSetWorld';
import { eventsOf } from '@marketplace-steward/testing/sampleEvents';
import { runSteward, type Ended } from '@marketplace-steward/testing/steward';
import { sampleEvent } from '@marketplace-steward/testing/fixtures';
import type { StewardWorld } from '@marketplace-steward/testing/stewardWorld';
import { until } from '@marketplace-steward/testing/until';

/** PostgreSQL's bound, which the dev server's SQLite has not. */
const longestWorkflowId = 255;

let world: StewardWorld;
let folder: string;
beforeAll(async () => {
  world = await changeSetWorld();
  world.simulator.control.setEvents({ target: null });
  folder = mkdtempSync(join(tmpdir(), 'steward-long-'));
}, 60_000);
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await world.close();
});

const steward = (...words: string[]): Promise<Ended> =>
  runSteward([...words, '--address', world.temporal.address, '--namespace', world.temporal.namespace], { folder });
const parsed = ({ stdout }: Ended): Record<string, unknown> => JSON.parse(stdout) as Record<string, unknown>;

/** The id of the one workflow that took an event. */
async function taken(event: object, envelope: 'eventbridge' | 'webhook' = 'eventbridge'): Promise<string> {
  const receipt = await world.receive(event, envelope);
  if (receipt.outcome !== 'delivered') throw new Error(JSON.stringify(receipt));
  const [delivery] = receipt.deliveries;
  if (delivery?.outcome !== 'delivered') throw new Error(JSON.stringify(receipt));
  const { workflowId } = delivery;
  expect(Buffer.byteLength(workflowId)).toBeLessThanOrEqual(longestWorkflowId);
  return workflowId;
}

test('a change set with the longest id is handled, shown, commanded and found again under it', async () => {
  const [changeSetId, sibling] = ['1', '2'].map((end) => `${'c'.repeat(254)}${end}`) as [string, string];
  const errors = [{ code: 'INVALID_INPUT', message: 'The image does not exist.' }];
  for (const id of [changeSetId, sibling]) {
    putEnded(world.simulator, {
      changeSetId: id,
      name: `Update ${id.slice(-1)}`,
      failureCode: 'CLIENT_ERROR',
      errors,
      // The product that it would have created has no id, which could be too long for AWS.
      changeType: 'CreateProduct',
    });
  }
  const failed = (id: string) => finishedEvent('Failed', id, `Update ${id.slice(-1)}`, { FailureCode: 'CLIENT_ERROR' });
  const workflowId = await taken(failed(changeSetId));
  expect(await taken(failed(sibling))).not.toBe(workflowId);

  const shown = await until(async () => {
    const document = parsed(await steward('show', changeSetId, '--json'));
    return document['state'] === 'awaitingDecision' ? document : undefined;
  });
  expect(shown).toMatchObject({
    workflowId,
    source: 'query',
    details: { members: [{ attempt: 0, changeSetId }] },
  });
  const text = (await steward('show', changeSetId)).stdout;
  expect(text).toContain(changeSetId);
  expect(text).not.toContain(sibling);
  // The id that the parser would have given, had it not been too long.
  expect(parsed(await steward('show', `change-set:${changeSetId}`, '--json'))['workflowId']).toBe(workflowId);
  expect(parsed(await steward('show', workflowId, '--json'))['workflowId']).toBe(workflowId);

  const notice = await until(() => world.notices.find((one) => one.workflowId === workflowId));
  expect([notice.title, ...notice.lines, notice.nextStep].join('\n')).toContain(changeSetId);

  // What cannot be submitted is refused before any permit or call, and not advised.
  const answer = ['--actor', 'ann', '--reason', 'fixed by hand', '--json'];
  const refused = await steward('retry', changeSetId, ...answer);
  expect(`${refused.stdout}${refused.stderr}`).toContain('Its id is too long for the marker of a successor');
  expect(refused.exitCode).not.toBe(0);
  expect(text).not.toMatch(/steward (retry|amend|approve) /);
  expect(world.attempts).not.toContain('submitSuccessor');

  expect(parsed(await steward('resolve', changeSetId, ...answer))).toMatchObject({ workflowId, changed: true });
  await world.client.workflow.getHandle(workflowId).result();
  expect(await world.receive(failed(changeSetId))).toMatchObject({
    outcome: 'duplicate',
    deliveries: [{ workflowId }],
  });
}, 60_000);

test('an offer and an item with the longest ids are handled and shown under them', async () => {
  const offer = { id: 'o'.repeat(255) };
  const offerId = await taken(sampleEvent('offerReleased.isv', {}, { offer: { ...offer, name: 'An offer' } }));
  expect(parsed(await steward('show', `offer:123456789012:${offer.id}`, '--json'))).toMatchObject({
    workflowId: offerId,
    details: { offerId: offer.id },
  });

  const [merchant, item] = ['m'.repeat(200), 'i'.repeat(200)];
  const changed = sampleEvent(
    'buyabilityChanged.eventBridge',
    {},
    {
      resources: [`businessProduct/${merchant}/items/${item}`],
      data: { product: { id: 'p', buyability: { status: 'BUYABLE' } } },
    },
  );
  expect(eventsOf(Buffer.from(JSON.stringify(changed)))).toHaveLength(1);
  const itemId = await taken(changed);
  expect(parsed(await steward('show', `item:${merchant}:${item}`, '--json'))).toMatchObject({
    workflowId: itemId,
    details: { businessProductId: merchant, itemId: item },
  });
}, 60_000);
