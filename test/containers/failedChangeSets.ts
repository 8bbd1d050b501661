import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { sampleEvent } from '@marketplace-steward/testing/fixtures';

/** Where the containers are reached from outside. */
export interface Addresses {
  readonly ingress: string;
  readonly simulators: string;
}

/** One submission that the simulated AWS accepted. */
interface Submission {
  readonly kind: string;
  readonly changeSetId?: string;
  readonly changeSetName?: string;
  readonly tokenRepeated?: boolean;
}

const vendorTime = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

/** Calls the control of the simulator. @throws with its answer, where it refuses */
export async function control(addresses: Addresses, call: string, body: object): Promise<void> {
  const answer = await fetch(`${addresses.simulators}/_control/${call}`, {
    method: 'POST',
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${call}: ${answer.status} ${await answer.text()}`);
}

/** Puts a change set that has failed at the simulator, and gives its id and AWS's event of it. */
export async function putFailed(
  addresses: Addresses,
  account: string,
  failureCode: 'SERVER_FAULT' | 'CLIENT_ERROR' = 'SERVER_FAULT',
): Promise<{ readonly id: string; readonly event: object }> {
  const id = randomUUID().replaceAll('-', '').slice(0, 25);
  const name = `Update ${id.slice(0, 6)}`;
  const endMs = Date.now() - 60_000;
  const [startTime, endTime] = [vendorTime(endMs - 60_000), vendorTime(endMs)];
  const change = {
    changeType: 'UpdateInformation',
    entityType: 'SaaSProduct@1.0',
    identifier: `prod-${id}`,
    details: '{"ProductTitle":"A title"}',
    errors: failureCode === 'CLIENT_ERROR' ? [{ code: 'INVALID_INPUT', message: 'The title is not allowed.' }] : [],
  };
  const set = { changeSetId: id, account, name, status: 'FAILED', failureCode, startTime, endTime, changes: [change] };
  await control(addresses, 'change-sets', set);
  const times = { StartTime: startTime, EndTime: endTime, FailureCode: failureCode };
  const arn = `arn:aws:aws-marketplace:us-east-1:${account}:AWSMarketplace/ChangeSet/${id}`;
  const envelope = { id: randomUUID(), account, resources: [arn] };
  return { id, event: sampleEvent('changeSetFailed', envelope, { ChangeSetId: id, ChangeSetName: name, ...times }) };
}

/**
 * Sends an event until the ingress acknowledges it, as EventBridge does.
 * @returns how often it was sent; undefined where `given` was aborted before
 */
export async function sendUntilAcknowledged(
  { ingress }: Addresses,
  key: string,
  event: object,
  given?: AbortSignal,
): Promise<number | undefined> {
  for (let sent = 1; given?.aborted !== true; sent += 1) {
    const answer = await fetch(`${ingress}/v1/events/eventbridge`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-steward-key': key },
      body: JSON.stringify(event),
      signal: AbortSignal.timeout(5_000),
    }).catch(() => undefined);
    if (answer?.status === 202) return sent;
    if (answer !== undefined && answer.status < 500) throw new Error(`${answer.status} ${await answer.text()}`);
    await answer?.body?.cancel();
    await pause(500);
  }
  return undefined;
}

/** How often a successor of each change set was accepted, by the id of the one that failed. */
export async function submissions({ simulators }: Addresses): Promise<ReadonlyMap<string, number>> {
  const answer = await fetch(`${simulators}/_log?operation=StartChangeSet`);
  const { entries } = (await answer.json()) as { readonly entries: readonly Submission[] };
  const counts = new Map<string, number>();
  for (const { kind, changeSetName = '', tokenRepeated } of entries) {
    const [, origin] = /\+retry\.(\w+)\.1$/.exec(changeSetName) ?? [];
    if (kind !== 'call' || tokenRepeated === true || origin === undefined) continue;
    counts.set(origin, (counts.get(origin) ?? 0) + 1);
  }
  return counts;
}
