import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { workerSchema } from '../../src/config/workerSchema.ts';
import type { OutgoingNotice } from '../../src/channels/port.ts';
import { changeSetWorkflowId } from '../../src/workflows/changeSetRemediation/contract.ts';
import { offerWorkflowId } from '../../src/workflows/offerWatch/contract.ts';
import { searchAttributeTypes } from '../../src/workflows/shared/searchAttributes.ts';
import { taskQueues } from '../../src/workflows/shared/taskQueues.ts';
import { failedChangeSet, quickPolicy } from '@marketplace-steward/testing/changeSetWorld';
import { account } from '@marketplace-steward/testing/changeSets';
import { sampleEvent } from '@marketplace-steward/testing/fixtures';
import { runSteward, startSteward } from '@marketplace-steward/testing/steward';
import { stewardWorld, type StewardWorld } from '@marketplace-steward/testing/stewardWorld';
import { testTemporal } from '@marketplace-steward/testing/temporal/testServer';
import { until } from '@marketplace-steward/testing/until';

const inADay = new Date(Date.now() + 86_400_000).toISOString();

/** The event of an offer, whose workflow sends a notice at once. */
function offerReleased(id: string): object {
  return sampleEvent('offerReleased.isv', { id: randomUUID(), account }, { offer: { id, expirationDate: inADay } });
}

const submitsOf = (world: StewardWorld): number => world.simulator.control.log({ operation: 'StartChangeSet' }).length;

/** Types of the activities that wait for a worker, or run. */
async function pendingOf(world: StewardWorld, workflowId: string): Promise<readonly (string | null | undefined)[]> {
  const { raw } = await world.client.workflow.getHandle(workflowId).describe();
  return (raw.pendingActivities ?? []).map(({ activityType }) => activityType?.name);
}

test('500 notices that hang keep no slot from a submit', async () => {
  const hanging: Array<() => void> = [];
  let hangs = true;
  const world = await stewardWorld('real', {
    policies: { changeSet: quickPolicy },
    parts: () => ({
      notices: {
        channels: [
          {
            name: 'broken',
            send: async (_notice: OutgoingNotice) => {
              if (hangs) await new Promise<void>((resolve) => hanging.push(resolve));
            },
          },
        ],
        routes: [{ channels: ['broken'], showBuyers: false }],
      },
    }),
  });
  try {
    const ids = Array.from({ length: 500 }, (_, index) => `offer-${index}`);
    for (const id of ids) expect(await world.receive(offerReleased(id))).toMatchObject({ outcome: 'delivered' });
    for (const id of ids) {
      await until(async () =>
        (await pendingOf(world, offerWorkflowId(account, id))).some((name) => name?.startsWith('sendNotice')),
      );
    }
    await until(() => hanging.length >= workerSchema.parse({}).slots.notices);

    const { changeSetId, event } = failedChangeSet(world);
    await world.receive(event);
    await until(() => submitsOf(world) === 1, 40_000);
    const status = () =>
      world.client.workflow.getHandle(changeSetWorkflowId(changeSetId)).query<{ state: string }>('status');
    await until(async () => (await status()).state === 'remediated', 40_000);
  } finally {
    hangs = false;
    for (const go of hanging) go();
    await world.close();
  }
}, 180_000);

test('a vendor is paused where no worker serves its queue: everything else goes on, and what waits goes on with one', async () => {
  const queues = ['workflows', 'buyWithPrime', 'notices'] as const;
  const world = await stewardWorld('real', { policies: { changeSet: quickPolicy }, queues });
  try {
    const { changeSetId, event } = failedChangeSet(world);
    await world.receive(event);
    await world.receive(offerReleased('offer-while-paused'));
    await until(() => world.notices.length === 1);
    const id = changeSetWorkflowId(changeSetId);
    await until(async () => (await pendingOf(world, id)).includes('inspectLineage'));
    await until(async () => {
      const where = ['--address', world.temporal.address, '--namespace', world.temporal.namespace];
      const { stdout } = await runSteward(['show', changeSetId, ...where], { folder: tmpdir() });
      return /no worker\s+serves its task queue\s+steward-aws/.test(stdout);
    });
    expect(world.simulator.control.log({})).toEqual([]);
    expect(world.attempts.filter((name) => !name.startsWith('sendNotice'))).toEqual([]);

    await world.startWorker(['aws']);
    const status = () => world.client.workflow.getHandle(id).query<{ state: string }>('status');
    await until(async () => (await status()).state === 'remediated');
    expect(submitsOf(world)).toBe(1);
  } finally {
    await world.close();
  }
}, 120_000);

describe('steward worker --queues', () => {
  const folder = mkdtempSync(join(tmpdir(), 'task-queues-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'steward.yaml');
  writeFileSync(
    file,
    `
accounts:
  "${account}":
    mode: observe
    credentials: { accessKeyIdVariable: AWS_ID, secretAccessKeyVariable: AWS_SECRET }
merchants: { bp-1: { clientId: id, clientSecretVariable: MERCHANT_SECRET } }
notices: { channels: { team: { type: slack, urlVariable: SLACK_URL } }, routes: [{ channels: [team] }] }
`,
  );
  const secrets = {
    workflows: {},
    aws: { AWS_ID: 'AKIA', AWS_SECRET: 'secret' },
    buyWithPrime: { MERCHANT_SECRET: 'secret' },
    notices: { SLACK_URL: 'https://hooks.slack.com/services/T0/B0/x' },
  };

  test('four processes serve one queue each, with the secrets of that one alone', async () => {
    const server = await testTemporal(searchAttributeTypes);
    const where = { STEWARD_CONFIG: file, TEMPORAL_ADDRESS: server.address, TEMPORAL_NAMESPACE: server.namespace };
    const running = await Promise.all(
      (['workflows', 'aws', 'buyWithPrime', 'notices'] as const).map(async (queue) => {
        const options = { folder, environment: { ...where, ...secrets[queue] } };
        return { queue, ...(await startSteward(['worker', '--queues', queue], options)) };
      }),
    );
    try {
      for (const { queue, ready } of running) expect(ready).toMatchObject({ taskQueues: [taskQueues[queue]] });
      for (const queue of Object.values(taskQueues)) {
        // A process is ready when it begins to poll; the server knows of it a moment later.
        const pollers = await until(async () => {
          const { pollers: found } = await server.client.workflowService.describeTaskQueue({
            namespace: server.namespace,
            taskQueue: { name: queue },
            taskQueueType: 2,
          });
          return found !== undefined && found !== null && found.length > 0 ? found : undefined;
        });
        expect([queue, pollers.length]).toEqual([queue, 1]);
      }
    } finally {
      await Promise.all(running.map(({ stop }) => stop('SIGTERM')));
      await server.close();
    }
  }, 120_000);

  test('a process that lacks its own secret says which, and asks for none of the others', async () => {
    const environment = { STEWARD_CONFIG: file, TEMPORAL_ADDRESS: '127.0.0.1:1', ...secrets.aws, ...secrets.notices };
    const { exitCode, stderr } = await runSteward(['worker', '--queues', 'buyWithPrime,aws'], { folder, environment });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('MERCHANT_SECRET');
    expect(stderr).not.toMatch(/AWS_|SLACK_URL/);
  });

  test.each(['everything', '', 'aws,aws', 'aws,'])('a name that is none: %j', async (names) => {
    const { exitCode, stderr } = await runSteward(['worker', '--queues', names], { folder });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('workflows, aws, buyWithPrime, notices');
  });
});
