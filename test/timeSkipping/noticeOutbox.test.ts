import { createHash, randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { pino } from 'pino';
import { createNoticeActivities } from '../../src/activities/notices.ts';
import { createWebhookChannel } from '../../src/channels/webhook.ts';
import { deliver } from '../../src/delivery/deliver.ts';
import { quarantineDelivery } from '../../src/delivery/quarantine.ts';
import type { NoticeChannel, NoticeRoute } from '../../src/channels/port.ts';
import { installRuntime } from '../../src/workers/temporalLogger.ts';
import { quarantineWorkflowId, type QuarantineStatus } from '../../src/workflows/quarantinedEvent/contract.ts';
import {
  morningDigestId,
  morningDigestType,
  type MorningDigestInput,
  type MorningFacts,
  type MorningStatus,
} from '../../src/workflows/morningDigest/contract.ts';
import { stewardTaskQueue } from '../../src/workflows/shared/taskQueues.ts';
import type { CommandAnswer, CommandInput } from '../../src/workflows/shared/operatorCommands.ts';
import { signingKey } from '@marketplace-steward/testing/notices';
import { startReceiver, type Receiver } from '@marketplace-steward/testing/receiver';
import { stewardWorld, type SkippingWorld } from '@marketplace-steward/testing/stewardWorld';
import { history } from '@marketplace-steward/testing/history';
import { until } from '@marketplace-steward/testing/until';

const minuteMs = 60_000;
/** Attempts of one notice, the first included. */
const allAttempts = 14;

const at = '2026-12-01T07:30:00.000Z';
const nothingToSay: MorningFacts = {
  at,
  needsYou: { total: 0, rows: [] },
  due: { withinDays: 7, total: 0, rows: [] },
  done: { since: at, until: at, total: 0, states: [], others: 0, failed: 0 },
  lost: { roundsWithLost: 0, quarantined: 0, held: 0, recorded: 0, deadLetterQueues: 0 },
  lists: [],
};

describe('notices on their way, by real HTTP', () => {
  let world: SkippingWorld;
  let environment: TestWorkflowEnvironment;
  let handle: WorkflowHandle<() => Promise<QuarantineStatus>>;
  let ops: Receiver;
  let team: Receiver;
  /** Set by each test: the worker reads them at every attempt, as after a restart with another configuration. */
  let routes: readonly NoticeRoute[] = [];
  /** What was logged as an error. */
  const logged: Array<Record<string, unknown>> = [];
  /** When `team` was tried, on the server's clock. */
  const triedAtMs: number[] = [];

  beforeAll(async () => {
    const logger = pino({ level: 'error' }, { write: (line: string) => logged.push(JSON.parse(line)) });
    installRuntime(logger);
    [ops, team] = [await startReceiver(), await startReceiver()];
    const made = [ops, team].map(({ url }, index) =>
      createWebhookChannel({ name: ['ops', 'team'][index] ?? '', url, secrets: [signingKey('key')] }),
    );
    const channels = made.map((channel): NoticeChannel => ({
      name: channel.name,
      async send(notice) {
        if (channel.name === 'team') triedAtMs.push(await environment.currentTimeMs());
        await channel.send(notice);
      },
    }));
    const activities = () => createNoticeActivities({ channels, routes, random: () => 1 });
    type Made = ReturnType<typeof activities>;
    world = await stewardWorld('skipping', {
      activities: {
        sendNotice: (...given: Parameters<Made['sendNotice']>) => activities().sendNotice(...given),
        sendNoticeTo: (...given: Parameters<Made['sendNoticeTo']>) => activities().sendNoticeTo(...given),
        collectMorning: () => Promise.resolve({ outcome: 'collected', day: '2026-12-01', facts: nothingToSay }),
      },
    });
    ({ environment } = world);
  }, 120_000);
  afterAll(async () => {
    await world.close();
    await ops.close();
    await team.close();
  }, 60_000);

  beforeEach(() => {
    for (const receiver of [ops, team]) {
      receiver.received.splice(0);
      receiver.answers = [{ status: 200 }];
    }
    logged.length = 0;
    triedAtMs.length = 0;
  });

  /** Bytes arrive that nobody can read, and operators are notified. */
  async function arrive(): Promise<void> {
    const bytes = Buffer.from(`{"id": "${randomUUID()}`);
    const receivedAt = new Date(await environment.currentTimeMs()).toISOString();
    const context = { accounts: {}, policies: {} };
    const delivery = quarantineDelivery('eventbridge', bytes, 'found text', receivedAt, context);
    expect(await deliver(environment.client, delivery)).toMatchObject({ outcome: 'delivered' });
    handle = environment.client.workflow.getHandle(
      quarantineWorkflowId(createHash('sha256').update(bytes).digest('hex')),
    );
  }

  const discard = () =>
    handle.executeUpdate<CommandAnswer, [CommandInput]>('discard', {
      args: [{ actor: 'ann', reason: 'it holds nothing' }],
    });
  const kindsAt = ({ received }: Receiver): string[] =>
    received.map(({ body }) => (JSON.parse(body) as { type: string }).type.replace('notice.', ''));
  const identitiesAt = ({ received }: Receiver): unknown[] => received.map(({ headers }) => headers['webhook-id']);
  const both: readonly NoticeRoute[] = [{ channels: ['ops', 'team'], showBuyers: false }];

  test('one channel: a notice is one activity', async () => {
    routes = [{ channels: ['ops'], showBuyers: false }];
    await arrive();
    await until(() => ops.received.length === 1);
    await discard();
    expect(await handle.result()).toMatchObject({ state: 'discarded', notes: [] });
    expect(kindsAt(ops)).toEqual(['opening', 'resolution']);
    expect((await history(handle)).filter((name) => name === 'ACTIVITY_TASK_SCHEDULED')).toHaveLength(2);
  }, 60_000);

  test('two channels: one activity routes, and each channel has its own', async () => {
    routes = both;
    await arrive();
    await until(() => ops.received.length === 1 && team.received.length === 1);
    await discard();
    expect(await handle.result()).toMatchObject({ state: 'discarded', notes: [] });
    expect(identitiesAt(team)).toEqual(identitiesAt(ops));
    expect((await history(handle)).filter((name) => name === 'ACTIVITY_TASK_SCHEDULED')).toHaveLength(6);
  }, 60_000);

  test('a broken channel delays and repeats nothing elsewhere; it is given up visibly, counted, after an hour', async () => {
    routes = both;
    team.answers = [{ status: 500, body: 'out of order' }];
    await arrive();
    await until(() => ops.received.length === 1 && team.received.length > 0);
    await discard();
    // While the first notice is still tried elsewhere.
    await until(() => ops.received.length === 2);
    const { notes } = await handle.result();
    expect(kindsAt(ops)).toEqual(['opening', 'resolution']);
    expect(new Set(identitiesAt(ops)).size).toBe(2);

    const attempts = identitiesAt(team);
    expect(attempts).toHaveLength(2 * allAttempts);
    expect(new Set(attempts.slice(0, allAttempts))).toEqual(new Set([identitiesAt(ops)[0]]));
    expect(new Set(attempts.slice(allAttempts))).toEqual(new Set([identitiesAt(ops)[1]]));
    const tookMs = (triedAtMs[allAttempts - 1] ?? 0) - (triedAtMs[0] ?? 0);
    expect(tookMs).toBeGreaterThan(45 * minuteMs);
    expect(tookMs).toBeLessThan(75 * minuteMs);

    expect(notes).toHaveLength(2);
    for (const note of notes) {
      expect(note).toMatch(
        /^Not sent through team \(quarantine:\S+\): the answer was status 500 \(out of order\)\. No attempt is left/,
      );
    }
    await until(() => logged.length === 2);
    expect(logged[0]).toMatchObject({ counter: 'noticesUndelivered', noticeId: expect.stringMatching(/^quarantine:/) });
  }, 60_000);

  test('a broken channel holds up a morning digest for minutes: its schedule begins nothing beside an open run', async () => {
    const asking = { channels: ['ops', 'team'], showBuyers: false, morningDigest: { at: '07:30', timeZone: 'UTC' } };
    routes = [asking];
    team.answers = [{ status: 503 }];
    const digestId = morningDigestId(asking);
    const input: MorningDigestInput = {
      version: 1,
      digestId,
      ...asking.morningDigest,
      lateAfterMs: 15 * minuteMs,
      skipAfterMs: 360 * minuteMs,
    };
    const workflowId = `${digestId}-${at}`;
    const { notes } = (await environment.client.workflow.execute(morningDigestType, {
      workflowId,
      taskQueue: stewardTaskQueue,
      args: [input],
    })) as MorningStatus;
    expect(identitiesAt(ops)).toHaveLength(1);
    expect(identitiesAt(team)).toEqual(Array.from({ length: 10 }, () => identitiesAt(ops)[0]));
    // The server's own clock skips on to the bound of all attempts once the run has ended.
    expect((triedAtMs.at(-1) ?? 0) - (triedAtMs[0] ?? 0)).toBeLessThan(15 * minuteMs);
    expect(notes).toEqual([expect.stringMatching(/^Not sent through team .* status 503.* No attempt is left/)]);
  }, 60_000);

  test('a channel that refuses is tried once', async () => {
    routes = both;
    team.answers = [{ status: 404, body: 'no_service' }, { status: 200 }];
    await arrive();
    await until(() => ops.received.length === 1 && team.received.length === 1);
    await discard();
    const { notes } = await handle.result();
    expect(kindsAt(team)).toEqual(['opening', 'resolution']);
    expect(notes).toEqual([
      expect.stringMatching(/^Not sent through team .*status 404 \(no_service\).* not tried again. Check/),
    ]);
  }, 60_000);

  test('the only channel, broken and repaired: the order holds, the identity stays, Retry-After is kept', async () => {
    routes = [{ channels: ['team'], showBuyers: false }];
    const retryAfter = { 'retry-after': '600' };
    team.answers = [{ status: 429, headers: retryAfter }, { status: 503, headers: retryAfter }, { status: 200 }];
    await arrive();
    await until(() => team.received.length === 1);
    await discard();
    expect(await handle.result()).toMatchObject({ state: 'discarded', notes: [] });
    expect(kindsAt(team)).toEqual(['opening', 'opening', 'opening', 'resolution']);
    expect(new Set(identitiesAt(team).slice(0, 3)).size).toBe(1);
    const waitsMs = triedAtMs.slice(1, 3).map((atMs, index) => atMs - (triedAtMs[index] ?? 0));
    for (const waitMs of waitsMs) expect(waitMs).toBeGreaterThanOrEqual(10 * minuteMs);
  }, 60_000);

  test('the only channel refuses: the note names it', async () => {
    routes = [{ channels: ['team'], showBuyers: false }];
    team.answers = [{ status: 410 }, { status: 200 }];
    await arrive();
    await until(() => team.received.length === 1);
    await discard();
    const { notes } = await handle.result();
    expect(notes).toEqual([expect.stringMatching(/^Not sent \(quarantine:\S+\): team: the answer was status 410/)]);
  }, 60_000);
});
