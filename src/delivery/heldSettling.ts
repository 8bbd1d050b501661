import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import pMap from 'p-map';
import { defined } from '../defined.ts';
import { failure } from '../failures.ts';
import type { HeldBytes, Lacking, SettleRequest, SettleResult, Settled } from '../workflows/heldEvents/contract.ts';
import { heldSettledSignal, quarantineWorkflowId } from '../workflows/quarantinedEvent/contract.ts';
import { stateAttribute } from '../workflows/shared/searchAttributes.ts';
import { deliverWithinMs } from './deliver.ts';
import type { RouteContext } from './delivery.ts';
import { describeOrThrow } from './workflows.ts';

/** Signals to the workflows of held bytes what becomes of them. */
export interface HeldSettling {
  /**
   * Signals to a bounded number, and says which have ended. Bytes whose account or catalog the configuration lacks are left alone.
   * @throws a failure of type Unreachable where Temporal does not answer: decided again, a workflow does the same.
   */
  settle(request: SettleRequest): Promise<SettleResult>;
}

/** Workflows that one call signals to: each starts to deliver at once. */
const decidedAtOnce = 100;
/** Calls of Temporal at once. */
const callsAtOnce = 20;

const ends: ReadonlySet<unknown> = new Set<Settled['became']>(['replayed', 'discarded', 'expired', 'quarantined']);

/** Whether the configuration has what held bytes wait for. */
function isConfigured(
  { heading, action }: SettleRequest,
  { catalog }: HeldBytes,
  { accounts }: Pick<RouteContext, 'accounts'>,
): boolean {
  if (heading.by === 'kind' || action === 'discard') return true;
  const account = Object.hasOwn(accounts, heading.account) ? accounts[heading.account] : undefined;
  return account !== undefined && (catalog === undefined || account.catalogs.includes(catalog));
}

/** Catalogs that are named. */
const namedCatalogs = 10;

/** What the configuration lacks for held bytes, so that the question says just that. */
function lackingOf(
  { action, heading, events }: SettleRequest,
  { accounts }: Pick<RouteContext, 'accounts'>,
): Lacking | undefined {
  if (heading.by === 'kind' || action === 'discard') return undefined;
  const account = Object.hasOwn(accounts, heading.account) ? accounts[heading.account] : undefined;
  const wanted = new Set(events.flatMap(({ catalog }) => catalog ?? []));
  const catalogs = [...wanted].filter((catalog) => account?.catalogs.includes(catalog) !== true);
  return { account: account === undefined, catalogs: catalogs.slice(0, namedCatalogs) };
}

/** Makes a {@link HeldSettling}. To describe a workflow costs no action; a signal costs one. */
export function createHeldSettling(client: Client, context: Pick<RouteContext, 'accounts'>): HeldSettling {
  /** What became of bytes; undefined while they are held. */
  async function endOf({ sha256 }: HeldBytes): Promise<Settled['became'] | undefined> {
    const found = await describeOrThrow(client, quarantineWorkflowId(sha256));
    const state = found?.typedSearchAttributes.get(stateAttribute);
    if (found?.status.name === 'RUNNING' && state !== 'quarantined') return undefined;
    return ends.has(state) ? (state as Settled['became']) : 'unknown';
  }

  /** @returns false where no run is open. */
  async function decide({ sha256 }: HeldBytes, action: SettleRequest['action']): Promise<boolean> {
    const handle = client.workflow.getHandle(quarantineWorkflowId(sha256));
    try {
      await client.withDeadline(Date.now() + deliverWithinMs, () => handle.signal(heldSettledSignal, { action }));
      return true;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return false;
      throw failure('Unreachable', `Temporal did not take a message to ${handle.workflowId}`, { cause: error });
    }
  }

  return {
    async settle(request) {
      const { action, heading, events } = request;
      const ready = (event: HeldBytes): boolean => isConfigured(request, event, context);
      const undecided = events.filter((event) => !event.mayHaveEnded && ready(event));
      const isCut = undecided.length > decidedAtOnce;
      const due = isCut
        ? undecided.slice(0, decidedAtOnce)
        : [...undecided, ...events.filter(({ mayHaveEnded }) => mayHaveEnded)];
      const settled: Settled[] = [];
      const decided: string[] = [];
      await pMap(
        due,
        async (event) => {
          const { sha256, arrivals, mayHaveEnded } = event;
          const became = mayHaveEnded ? await endOf(event) : undefined;
          if (became !== undefined) settled.push({ sha256, arrivals, became });
          else if (ready(event)) {
            // What nobody can read yet is not read again at once.
            const isEnough = mayHaveEnded && heading.by === 'kind' && action === 'replay';
            if (isEnough || (await decide(event, action))) decided.push(sha256);
            else settled.push({ sha256, arrivals, became: (await endOf(event)) ?? 'unknown' });
          }
        },
        { concurrency: callsAtOnce },
      );
      return { settled, decided, isCut, ...defined({ lacking: lackingOf(request, context) }) };
    },
  };
}
