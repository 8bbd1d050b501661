import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { defined } from '../defined.ts';
import { describeWorkflow, resultOfRun, type WorkflowRun } from '../delivery/workflows.ts';
import { putTestEvent, type TestBus } from '../queues/testBus.ts';
import { testEventWorkflowId } from '../workflows/testEvent/contract.ts';
import { usageProblem, type CommandContext, type CommandResult } from './command.ts';
import {
  arrivedResult,
  lostResult,
  putProblem,
  unreadableResult,
  waitingResult,
  type SentTest,
} from './emitTestTexts.ts';
import type { TemporalFlags } from './options.ts';
import { withTemporal, type TemporalAccess } from './temporal.ts';

/** What `steward emit --test` is given. */
export interface EmitTestFlags extends TemporalFlags {
  readonly test?: true;
  readonly account: string;
  readonly region?: string;
  /** Its name. */
  readonly bus?: string;
  readonly profile?: string;
  readonly role?: string;
  readonly externalId?: string;
  /** Seconds. */
  readonly wait?: number;
  readonly json?: true;
}

const usual = { region: 'us-east-1', bus: 'default', waitSeconds: 60 };
/** One that the rule of the templates takes. */
const detailType = 'Change Set Succeeded';
const checkEveryMs = 500;
/** The workflow ends with its first task: longer than this means that nobody runs it. */
const workerWithinMs = 10_000;
const callWithinMs = 5_000;
const shownAccounts = 10;

/** What the values may be: AWS's own answers to others do not say what is wrong. */
const forms = {
  region: [/^[a-z]{2}(-[a-z]+)+-[0-9]$/, '--region needs the name of an AWS region, for instance us-east-1.'],
  bus: [/^[\w./-]{1,256}$/, '--bus needs the name of a bus, for instance default.'],
  role: [/^arn:aws(-[a-z]+)*:iam::[0-9]{12}:role\/[!-~]{1,512}$/, '--role needs the ARN of a role.'],
  externalId: [/^[\w+=,.@:/-]{2,1224}$/, '--external-id needs 2 to 1,224 letters, digits and _+=,.@:/-'],
} as const;

function busOf(flags: EmitTestFlags): TestBus {
  const { account, region = usual.region, bus = usual.bus, profile, role, externalId } = flags;
  const given = { region, bus, role, externalId };
  for (const name of ['region', 'bus', 'role', 'externalId'] as const) {
    const [form, sentence] = forms[name];
    if (given[name] !== undefined && !form.test(given[name])) throw usageProblem(`${sentence} Nothing was sent.`);
  }
  if (externalId !== undefined && role === undefined)
    throw usageProblem('--external-id needs --role. Nothing was sent.');
  return {
    arn: `arn:aws:events:${region}:${account}:event-bus/${bus}`,
    region,
    ...defined({ profile, role: role === undefined ? undefined : { arn: role, ...defined({ externalId }) } }),
  };
}

/** Where a configuration is named, it must have the account: its events would be held. It needs no secret for that. */
async function requireConfigured({ account, config }: EmitTestFlags, { environment }: CommandContext): Promise<void> {
  const file = config ?? environment['STEWARD_CONFIG'];
  if (file === undefined || file === '') return;
  const { loadConfiguration } = await import('../config/load.ts');
  const { accounts } = loadConfiguration(environment, file, []);
  if (Object.hasOwn(accounts, account)) return;
  const known = Object.keys(accounts).slice(0, shownAccounts);
  const others = known.length === 0 ? '' : `, or name one of: ${known.join(', ')}`;
  throw usageProblem(
    `Account ${account} is not configured: its events would be held. Nothing was sent. Add accounts.${account}${others}.`,
  );
}

/** The run of the test's workflow, once there is one; undefined where none is there in time. */
async function arrival(client: TemporalAccess['client'], workflowId: string, untilMs: number) {
  while (performance.now() < untilMs) {
    const run = await client.withDeadline(Date.now() + callWithinMs, () => describeWorkflow(client, workflowId));
    if (run !== undefined) return run;
    await wait(checkEveryMs);
  }
  return undefined;
}

/** What the workflow leaves. */
const resultSchema = z.looseObject({
  account: z.string(),
  arrival: z.looseObject({
    transport: z.string(),
    queue: z.string().optional(),
    arrivedAt: z.string(),
    isConfigured: z.boolean(),
  }),
});

/** What the workflow left; `waiting` where no worker has run it in time. */
async function resultOf(client: TemporalAccess['client'], run: WorkflowRun) {
  const result = await resultOfRun(client, run, workerWithinMs).catch(() => 'waiting' as const);
  return result === 'waiting' ? result : (resultSchema.safeParse(result).data ?? 'unreadable');
}

/** `steward emit --test`: puts a test event on the bus of an account, waits until it arrives, and says where. */
export async function emitTest(flags: EmitTestFlags, context: CommandContext): Promise<CommandResult> {
  const bus = busOf(flags);
  await requireConfigured(flags, context);
  const { account, wait: waitSeconds = usual.waitSeconds } = flags;
  // The connection first: an event that nobody waits for would show nothing.
  return withTemporal(flags, context, async ({ client, flagsAgain }) => {
    const testId = randomUUID();
    const sentAt = new Date().toISOString();
    const workflowId = testEventWorkflowId(testId);
    const detail = { testId, sentAt, about: 'A test of marketplace-steward. It changes nothing.' };
    const begunMs = performance.now();
    const put = await putTestEvent(bus, detailType, detail);
    if (put.outcome === 'refused') throw putProblem(put, account, bus);
    const sent: SentTest = { testId, workflowId, account, bus: bus.arn, region: bus.region, sentAt, flagsAgain };
    context.progress(`on the bus, waiting for ${workflowId}`);
    const run = await arrival(client, workflowId, begunMs + waitSeconds * 1_000);
    if (run === undefined) return lostResult(sent, waitSeconds);
    const seconds = Math.round((performance.now() - begunMs) / 100) / 10;
    const result = await resultOf(client, run);
    if (result === 'waiting') return waitingResult(sent, seconds);
    if (result === 'unreadable') return unreadableResult(sent, seconds);
    return arrivedResult(sent, { ...result.arrival, account: result.account }, seconds);
  });
}
