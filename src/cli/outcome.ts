import { setTimeout as pause } from 'node:timers/promises';
import { backfillChangeSetsType } from '../workflows/backfillChangeSets/contract.ts';
import { backfillItemsType } from '../workflows/backfillItems/contract.ts';
import { changeSetRemediationType } from '../workflows/changeSetRemediation/contract.ts';
import { heldEventsType } from '../workflows/heldEvents/contract.ts';
import { quarantinedEventType } from '../workflows/quarantinedEvent/contract.ts';
import { itemBuyabilityType } from '../workflows/itemBuyability/contract.ts';
import { securityCaseType } from '../workflows/securityCase/contract.ts';
import type { OperatorCommand } from '../workflows/shared/operatorCommands.ts';
import { defined } from '../defined.ts';
import { describeWorkflow } from '../delivery/workflows.ts';
import type { CommandContext } from './command.ts';
import { knownStatus, type WorkflowStatus } from './status.ts';
import type { TemporalAccess } from './temporal.ts';

/** In these states the steward is at work on what an operator commanded; in every other one the outcome is there. */
export const underWay: Readonly<Record<string, readonly string[]>> = {
  [changeSetRemediationType]: ['diagnosing', 'awaitingOutcome', 'retrying', 'awaitingBlocker', 'abandoning'],
  [itemBuyabilityType]: ['querying'],
  [quarantinedEventType]: ['replaying'],
  [heldEventsType]: ['replaying', 'discarding'],
  [backfillChangeSetsType]: ['finding', 'delivering', 'stopping'],
  [backfillItemsType]: ['finding', 'delivering', 'stopping'],
};

/** What a command has come to, or how far it was when the time was over. */
export interface Outcome {
  readonly state: string;
  readonly isOver: boolean;
  /** True where the workflow asks for the same command again: it has not done what it was to do. */
  readonly askedAgain: boolean;
  readonly nextStep?: string;
  /** Why it asks again. */
  readonly why?: string;
  /** Of a check that was asked for: what it found. */
  readonly found?: string;
  /** Temporal's own status, where the run was ended from outside or failed: the state is the last one before that. */
  readonly cutShort?: string;
  /** The workflows that have what a replay delivered. */
  readonly deliveredTo?: readonly string[];
}

const pollEveryMs = 500;
const slowestPollMs = 5_000;

/** The outcome, as a status shows it. */
export function outcomeIn(
  type: string,
  name: string,
  { sameDecision }: Pick<OperatorCommand, 'sameDecision'>,
  status: WorkflowStatus,
  isEnded: boolean,
): Outcome {
  const { state, nextStep, commands = [] } = status;
  const askedAgain = !isEnded && sameDecision === 'whileNotTaken' && commands.includes(name);
  const checks = type === securityCaseType && name === 'recheck' && !isEnded;
  // The state is the same before and after the check; what is affected is not known meanwhile.
  const isChecking = checks && state === 'open' && status['affected'] === undefined;
  const found = checks && !isChecking ? status.notes?.at(-1) : undefined;
  const why = askedAgain && typeof status['reason'] === 'string' ? status['reason'] : undefined;
  const delivered = Array.isArray(status['deliveredTo']) ? status['deliveredTo'].map(String) : [];
  return {
    state,
    isOver: isEnded || (!isChecking && !(underWay[type] ?? []).includes(state)),
    askedAgain,
    ...(nextStep === undefined ? {} : { nextStep }),
    ...(why === undefined ? {} : { why }),
    ...(found === undefined ? {} : { found }),
    ...(delivered.length === 0 ? {} : { deliveredTo: delivered }),
  };
}

/** How a run ended that was cut short; undefined for any other. @param status Temporal's own, by name */
export function cutShortAs(status: string): string | undefined {
  return ['TERMINATED', 'CANCELLED', 'FAILED', 'TIMED_OUT'].includes(status) ? status : undefined;
}

async function statusNow(
  access: TemporalAccess,
  workflowId: string,
): Promise<
  { readonly status: WorkflowStatus; readonly isEnded: boolean; readonly cutShort: string | undefined } | undefined
> {
  const run = await describeWorkflow(access.client, workflowId);
  const known = run && (await knownStatus(access, run));
  if (run === undefined || known === undefined || known.source === 'searchAttributes') return undefined;
  return { status: known.status, isEnded: run.status.name !== 'RUNNING', cutShort: cutShortAs(run.status.name) };
}

/**
 * Waits until the steward has done what a command asks for, or needs an operator again.
 * @param untilMs milliseconds since the epoch; what is known then is returned.
 * @returns undefined where no worker has answered until then.
 */
export async function awaitOutcome(
  access: TemporalAccess,
  { workflowId, type, name, command }: { workflowId: string; type: string; name: string; command: OperatorCommand },
  untilMs: number,
  context: Pick<CommandContext, 'progress'>,
): Promise<Outcome | undefined> {
  let last: Outcome | undefined;
  for (let waitMs = pollEveryMs; ; waitMs = Math.min(waitMs * 1.5, slowestPollMs)) {
    // The workflow has taken the command by now: where the server does not answer for a while, the wait goes on.
    const found = await statusNow(access, workflowId).catch(() => undefined);
    if (found !== undefined) {
      const { status, isEnded, cutShort } = found;
      last = { ...outcomeIn(type, name, command, status, isEnded), ...defined({ cutShort }) };
    }
    if (last?.isOver === true) return last;
    const leftMs = untilMs - Date.now();
    if (leftMs <= 0) return last;
    context.progress(`waiting for the outcome of ${workflowId}: ${last?.state ?? 'no answer'}`);
    await pause(Math.min(waitMs, leftMs));
  }
}
