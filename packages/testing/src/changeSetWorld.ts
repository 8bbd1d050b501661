import { randomUUID } from 'node:crypto';
import type { CatalogSimulator } from '@marketplace-steward/simulators/marketplaceCatalog';
import type { Policies } from '../../../src/config/policySchema.ts';
import type { ChangeSetPolicy } from '../../../src/workflows/changeSetRemediation/policyValues.ts';
import { account as ownAccount } from './changeSets.ts';
import { sampleEvent } from './fixtures.ts';
import { stewardWorld, type StewardWorld, type WorldOptions } from './stewardWorld.ts';

/**
 * The short waits of a test's lineages, in milliseconds. A test that is about work elsewhere has it checked more often: of
 * all others the open questions would keep the processor busy.
 */
export const quickPolicy: Partial<ChangeSetPolicy> = {
  retryBackOffMs: [50, 50, 50, 50, 50, 50],
  pollFirstMs: 200,
  pollLongestMs: 1_000,
  submitRetryFirstMs: 100,
  blockerPollMs: 200,
  watchEveryMs: 20_000,
  spreadingRepeatMs: 1_000,
};

/** A world on the real clock whose lineages wait for moments. */
export function changeSetWorld(
  policies: Policies = {},
  options: Pick<WorldOptions, 'encryption'> = {},
): Promise<StewardWorld> {
  return stewardWorld('real', { ...options, policies: { changeSet: quickPolicy, ...policies } });
}

/** The values of lineages that start from now on, beside the short waits. */
export function setPolicy(world: StewardWorld, values: Partial<ChangeSetPolicy>): void {
  const { policies } = world.context;
  world.context = { ...world.context, policies: { ...policies, changeSet: { ...quickPolicy, ...values } } };
}

/** A time as the vendor writes it. */
export function vendorTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** So many days ago and so many minutes later, as the vendor writes times. */
export function timeAgo(days: number, minutes = 0): string {
  return vendorTime(Date.now() - days * 86_400_000 + minutes * 60_000);
}

/** A change set of a minute that has ended. */
interface Ended {
  readonly account?: string;
  readonly changeSetId?: string;
  readonly name?: string;
  readonly status?: 'FAILED' | 'SUCCEEDED' | 'CANCELLED';
  readonly failureCode?: 'SERVER_FAULT' | 'CLIENT_ERROR';
  readonly errors?: Array<{ code: string; message: string }>;
  readonly changeType?: 'UpdateInformation' | 'CreateProduct';
  /** Of its one change, as JSON. */
  readonly details?: string;
  readonly endMs?: number;
  readonly emitEvent?: boolean;
  /** The change set whose product it is about; its own where it is left out. */
  readonly on?: string;
  readonly intent?: 'APPLY' | 'VALIDATE';
}

type Simulator = Pick<CatalogSimulator, 'control'>;

/** Puts a change set at the simulator; its event goes out only where that is asked for. Gives its id. */
export function putEnded({ control }: Simulator, values: Ended = {}): string {
  const { changeSetId = newId(), account = ownAccount, status = 'FAILED', endMs = Date.now() } = values;
  const { name = `Update ${changeSetId}`, failureCode = 'SERVER_FAULT', errors = [], emitEvent = false } = values;
  const { changeType = 'UpdateInformation', on = changeSetId, intent = 'APPLY' } = values;
  const { details = '{"ProductTitle":"A title"}' } = values;
  control.putChangeSet({
    changeSetId,
    account,
    name,
    status,
    intent,
    ...(status === 'FAILED' ? { failureCode } : {}),
    startTime: vendorTime(endMs - 60_000),
    endTime: vendorTime(endMs),
    emitEvent,
    changes: [
      {
        changeType,
        entityType: 'SaaSProduct@1.0',
        ...(changeType === 'CreateProduct' ? {} : { identifier: `prod-${on}` }),
        details,
        errors,
      },
    ],
  });
  return changeSetId;
}

/** What of many change sets is the same. */
export interface ListedBatch {
  readonly prefix: string;
  readonly count: number;
  readonly status: 'FAILED' | 'SUCCEEDED' | 'CANCELLED';
  /** When the first of them started; the others follow, a minute each. */
  readonly daysAgo: number;
}

/** Puts change sets as history at the simulator; gives their ids, the oldest first. */
export function putListed(simulator: Simulator, { prefix, count, status, daysAgo }: ListedBatch): readonly string[] {
  return Array.from({ length: count }, (_, index) =>
    putEnded(simulator, {
      changeSetId: `${prefix}${String(index).padStart(6, '0')}`,
      status,
      endMs: Date.parse(timeAgo(daysAgo, index + 1)),
    }),
  );
}

/** A change set that failed a minute ago at the simulator, and the vendor's event of it. */
export function failedChangeSet(
  { simulator }: { readonly simulator: Simulator },
  values: Pick<Ended, 'failureCode' | 'errors' | 'changeType' | 'details' | 'name'> = {},
): { changeSetId: string; name: string; event: object } {
  const changeSetId = newId();
  const { name = `Update ${changeSetId.slice(0, 6)}` } = values;
  const endMs = Date.now() - 60_000;
  putEnded(simulator, { ...values, changeSetId, name, endMs });
  const { failureCode: FailureCode = 'SERVER_FAULT' } = values;
  const times = { StartTime: vendorTime(endMs - 60_000), EndTime: vendorTime(endMs) };
  return { changeSetId, name, event: finishedEvent('Failed', changeSetId, name, { FailureCode, ...times }) };
}

/** The vendor's event with the ids and times of this change set. */
export function finishedEvent(
  how: 'Succeeded' | 'Failed' | 'Cancelled',
  changeSetId: string,
  name: string,
  detail: Record<string, string> = {},
): object {
  const ids = { ChangeSetId: changeSetId, ChangeSetName: name };
  return sampleEvent(`changeSet${how}`, { id: randomUUID() }, { ...ids, ...detail });
}

function newId(): string {
  return randomUUID().replaceAll('-', '').slice(0, 25);
}
