import type { Client } from '@temporalio/client';
import { defined } from '../defined.ts';
import { heldEventsWorkflowId } from '../workflows/heldEvents/contract.ts';
import { unknownAccount } from '../workflows/quarantinedEvent/notices.ts';
import { deliver } from './deliver.ts';
import type { Hold, Receipt } from './delivery.ts';
import { kindHeading, otherKindsHeading } from './headings.ts';
import { headingDelivery, heldDelivery, sha256Of } from './held.ts';
import { sourceOf, type KindTally } from './kindTally.ts';
import type { Reading } from './read.ts';
import { createDeadline, holdProblem, type HoldRequest } from './receiveHeld.ts';
import { describeWorkflow } from './workflows.ts';

/** Bodies of one kind that are kept: enough to write a reader by. */
const keptBodies = 10;
/** The largest body that is kept, in bytes: ten of them are about a megabyte. */
const largestKeptBytes = 100 * 1024;
/** Of a kind’s name, in characters. */
const longestKind = 200;

interface UnknownKindRequest extends HoldRequest {
  readonly tally: KindTally;
}

/** The hold of an unknown kind that is held already: where it was one of many, it stays with them. */
export function unknownKindHold(
  { kind, reason }: Pick<Extract<Reading, { outcome: 'unknownKind' }>, 'kind' | 'reason'>,
  heldBy: string | undefined,
): Hold {
  const others = otherKindsHeading(sourceOf(kind));
  const heading = heldBy === heldEventsWorkflowId(others) ? others : kindHeading(kind);
  return { heading, account: unknownAccount, reason };
}

/** Whether an operator has discarded a heading, or a replay has emptied it: then nothing of it is kept or reported again. */
async function isClosed(client: Client, workflowId: string, withinMs: number): Promise<boolean> {
  const found = await client.withDeadline(Date.now() + withinMs, () => describeWorkflow(client, workflowId));
  return found?.status.name === 'COMPLETED';
}

/**
 * Ignores an event of a kind that no document of the vendor names, and has its workflow report the kind once. The first bodies are
 * held where the source is one whose events the service reads. Once this process has reported what there is to report, it calls
 * Temporal once an hour at most, with the number of events since. Beyond ten new kinds of a source within a day, the rest is one
 * report.
 */
export async function takeUnknownKind(
  request: UnknownKindRequest,
  { kind, reason, eventId, keeps }: Extract<Reading, { outcome: 'unknownKind' }>,
): Promise<Receipt> {
  const { client, context, envelope, bytes, tally } = request;
  const isAlone = tally.isReportedAlone(kind);
  const heading = isAlone ? kindHeading(kind) : otherKindsHeading(sourceOf(kind));
  const tallied = isAlone ? kind : heading.key;
  const ignored = { outcome: 'ignored', kind, reason, ...defined({ eventId }) } as const;
  if (!keeps) tally.stopKeeping(tallied);
  const report = tally.report(tallied);
  if (report === undefined) return ignored;
  const unavailable = (why: string): Receipt => {
    report.undo();
    return { outcome: 'unavailable', reason: why };
  };
  const leftMs = createDeadline();
  const hold: Hold = { heading, account: unknownAccount, reason };
  const workflowId = heldEventsWorkflowId(hold.heading);
  const receivedAt = new Date().toISOString();
  let sha256: string | undefined;
  if (keeps && bytes.length <= largestKeptBytes) {
    const problem = await holdProblem(request, hold, keptBodies, leftMs());
    if (problem?.isFull === false) return unavailable(problem.reason);
    if (problem === undefined) {
      try {
        if (await isClosed(client, workflowId, leftMs())) {
          tally.forget(tallied);
          return ignored;
        }
      } catch (error) {
        return unavailable(`Temporal did not say whether ${workflowId} has ended: ${String(error)}`);
      }
      const body = await deliver(client, heldDelivery(envelope, bytes, hold, receivedAt, context), leftMs());
      if (body.outcome === 'unavailable') return unavailable(body.reason);
      sha256 = sha256Of(bytes);
    } else tally.stopKeeping(tallied);
  }
  const seen = {
    count: report.count,
    receivedAt,
    ...defined({ sha256, kind: isAlone ? undefined : kind.slice(0, longestKind) }),
  };
  const reported = await deliver(client, headingDelivery(hold, seen, context), leftMs());
  if (reported.outcome === 'unavailable') return unavailable(reported.reason);
  if (reported.outcome === 'duplicate') {
    tally.forget(tallied);
    return ignored;
  }
  return { ...ignored, workflowId };
}
