import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { failure } from '../../src/failures.ts';
import {
  changeSetOutcomeSignal,
  changeSetStatusQuery,
  type ChangeSetOutcomeMessage,
} from '../../src/workflows/changeSetRemediation/contract.ts';
import type { CommandAnswer, CommandInput } from '../../src/workflows/shared/operatorCommands.ts';
import { account, catalog } from '@marketplace-steward/testing/changeSets';
import { failedChangeSet, setPolicy, timeAgo } from '@marketplace-steward/testing/changeSetWorld';
import { lineagesOf } from '@marketplace-steward/testing/lineages';
import { stewardWorld, type StewardWorld } from '@marketplace-steward/testing/stewardWorld';
import { until } from '@marketplace-steward/testing/until';

const channelNames = ['ops', 'team'] as const;
type ChannelName = (typeof channelNames)[number];

let world: StewardWorld;
/** What each channel took, and what it was asked to take: identities. */
const taken: Record<ChannelName, string[]> = { ops: [], team: [] };
const tried: Record<ChannelName, string[]> = { ops: [], team: [] };
/** What a channel waits for before it answers. */
const answers: Record<ChannelName, () => Promise<void>> = { ops: async () => {}, team: async () => {} };
/** Outcomes that were delivered to other workflows, and whether that works. */
let delivered: string[] = [];
let temporalTakes = true;

const { untilState, submits, handleOf, letSucceed } = lineagesOf(() => world);
const operator: CommandInput = { actor: 'ann', reason: 'fixed the image' };

beforeAll(async () => {
  world = await stewardWorld('real', {
    parts: () => ({
      notices: {
        channels: channelNames.map((name) => ({
          name,
          async send({ id }) {
            tried[name].push(id);
            await answers[name]();
            taken[name].push(id);
          },
        })),
        routes: [{ channels: channelNames, showBuyers: false }],
      },
    }),
    activities: (composed) => ({
      ...composed,
      async deliverOutcome({ changeSetId }: ChangeSetOutcomeMessage) {
        if (!temporalTakes) throw failure('Unreachable', 'Temporal takes nothing');
        delivered.push(changeSetId);
      },
    }),
  });
}, 120_000);
afterAll(() => world.close(), 60_000);
beforeEach(() => {
  world.simulator.control.reset();
  world.simulator.control.setEvents({ target: null });
  setPolicy(world, {});
  for (const name of channelNames) {
    [taken[name], tried[name]] = [[], []];
    answers[name] = async () => {};
  }
  delivered = [];
  temporalTakes = true;
});

const broken = async (): Promise<void> => {
  throw failure('Unreachable', 'out of order');
};

/** A lineage that asks an operator. */
async function asked(): Promise<WorkflowHandle> {
  const errors = [{ code: 'INVALID_INPUT', message: 'The field is wrong.' }];
  const { changeSetId, event } = failedChangeSet(world, { failureCode: 'CLIENT_ERROR', errors });
  await world.receive(event);
  const handle = handleOf(changeSetId);
  await untilState(handle, 'awaitingDecision');
  return handle;
}

const runIdOf = async (handle: WorkflowHandle): Promise<string> => (await handle.describe()).runId;

/** A signal of an unknown name, made long: past 4 MB of history the server suggests another run. */
const pad = (handle: WorkflowHandle): Promise<void> => handle.signal('padding', 'x'.repeat(100_000));
const padsUntilSuggested = 43;

async function renewed(handle: WorkflowHandle): Promise<void> {
  const before = await runIdOf(handle);
  await until(async () => {
    await pad(handle);
    return (await runIdOf(handle)) !== before;
  });
}

const command = (handle: WorkflowHandle, name: string): Promise<CommandAnswer> =>
  handle.executeUpdate<CommandAnswer, [CommandInput]>(name, { args: [operator] });

/** What the tab User Metadata shows of the run that is open. */
async function shownOf(handle: WorkflowHandle): Promise<string> {
  const { staticDetails } = await handle.describe();
  const { currentDetails } = await handle.query<{ currentDetails: string }>('__temporal_workflow_metadata');
  return [await staticDetails(), currentDetails].join('\n');
}

test('a renewed run shows whose change set it is: the static part of the details is lost', async () => {
  const handle = await asked();
  const originId = handle.workflowId.replace('change-set:', '');
  await renewed(handle);
  const shown = await shownOf(handle);
  expect(shown).not.toContain('**Origin:**');
  for (const text of [originId, account, catalog]) expect(shown).toContain(text);
  await command(handle, 'abandon');
  await handle.result();
}, 120_000);

test('a broken channel holds up no renewal and no submit; what it lacks goes out when it is back, in order, once', async () => {
  answers.team = broken;
  const handle = await asked();
  await until(() => taken.ops.length === 1 && tried.team.length > 1);
  await renewed(handle);
  expect(taken.team).toEqual([]);

  expect(await command(handle, 'retry')).toMatchObject({ changed: true, state: 'retrying' });
  const [successor = ''] = await until(() => submits().length === 1 && submits());
  letSucceed(successor);
  await untilState(handle, 'remediated');
  // The second notice waits behind the first; the other channel has both.
  await until(() => taken.ops.length === 2);
  expect(taken.team).toEqual([]);

  // Nothing is left to do but to send: the run renews all the same.
  await renewed(handle);
  answers.team = async () => {};
  expect(await handle.result()).toMatchObject({ state: 'remediated' });
  expect(taken.team).toEqual(taken.ops);
  expect(new Set(taken.ops).size).toBe(2);
  const { notes } = await handle.query(changeSetStatusQuery);
  expect(notes.filter((note) => note.startsWith('Not sent'))).toEqual([]);
}, 120_000);

test('an attempt that is under way when a run ends is waited for, and nothing that it sent is repeated', async () => {
  let held = true;
  answers.team = () => until(() => !held).then(() => undefined);
  const handle = await asked();
  await until(() => tried.team.length === 1);
  const before = await runIdOf(handle);
  for (let sent = 0; sent < padsUntilSuggested; sent += 1) await pad(handle);
  const retried = await command(handle, 'retry');
  expect(retried).toMatchObject({ changed: true, state: 'retrying' });
  // Nothing has been submitted: the answer claims nothing else.
  expect(submits()).toEqual([]);
  expect(retried.message).toMatch(/^Attempt 1 is submitted as soon as /);
  expect(await runIdOf(handle)).toBe(before);
  held = false;
  await until(async () => (await runIdOf(handle)) !== before);
  const [successor = ''] = await until(() => submits().length === 1 && submits());
  letSucceed(successor);
  expect(await handle.result()).toMatchObject({ state: 'remediated' });
  for (const name of channelNames) {
    expect(tried[name]).toHaveLength(2);
    expect(new Set(taken[name]).size).toBe(2);
  }
}, 120_000);

test('an outcome that could not be delivered is delivered by the next run, once and in order', async () => {
  temporalTakes = false;
  const handle = await asked();
  const foreign = ['foreign000000000000000001', 'foreign000000000000000002'];
  for (const changeSetId of foreign) {
    const times = { startTime: timeAgo(0, -2), endTime: timeAgo(0, -1) };
    const message = { eventId: randomUUID(), account, catalog, changeSetId, outcome: 'FAILED', ...times } as const;
    await handle.signal(changeSetOutcomeSignal, message);
  }
  await renewed(handle);
  expect(delivered).toEqual([]);
  temporalTakes = true;
  await until(() => delivered.length === 2);
  await command(handle, 'abandon');
  await handle.result();
  expect(delivered).toEqual(foreign);
  const { notes } = await handle.query(changeSetStatusQuery);
  expect(notes.some((note) => note.includes('was not delivered'))).toBe(false);
}, 120_000);

test('what a long run has sent leaves nothing for the next one', async () => {
  const handle = await asked();
  await until(() => taken.ops.length === 1 && taken.team.length === 1);
  await renewed(handle);
  await command(handle, 'abandon');
  await handle.result();
  for (const name of channelNames) expect(new Set(taken[name]).size).toBe(taken[name].length);
  const { events } = await handle.fetchHistory();
  const scheduled = (events ?? []).flatMap(
    ({ activityTaskScheduledEventAttributes: activity }) => activity?.activityType?.name ?? [],
  );
  // One notice of the end: one activity routes it, and each channel has its own.
  const sending = scheduled.filter((name) => name.startsWith('sendNotice'));
  expect(sending.toSorted()).toEqual(['sendNotice', 'sendNoticeTo', 'sendNoticeTo']);
}, 120_000);
