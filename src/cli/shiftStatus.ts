import { dueDays, type Retrying, type ShiftFacts } from '../delivery/shiftFacts.ts';
import { urgent } from '../delivery/urgency.ts';
import { queueNames, taskQueues } from '../workflows/shared/taskQueues.ts';
import { rowOf, type ListRow } from './listRows.ts';
import type { LinkPlace } from './temporal.ts';

/** A row of the screen: that of the list, and for one that retries what it waits for. */
export interface ShownRow extends ListRow {
  readonly nextAttemptAt?: string;
  readonly lastFailure?: string;
}

/** What the screen says, for programs. Times are ISO 8601. */
export type ShiftStatus = ReturnType<typeof shiftStatus>;

/** The facts of a shift as programs get them. */
export function shiftStatus(facts: ShiftFacts, place: LinkPlace) {
  const { nowMs, running, due, retrying, lost, done, workers, failingTasks } = facts;
  const { overdue, dueToday, needsDecision } = running.totals;
  const listed = (workflow: Retrying['workflow']): ListRow => rowOf(workflow, place, nowMs);
  return {
    at: new Date(nowMs).toISOString(),
    namespace: place.peer.namespace,
    address: place.peer.address,
    running: running.totals,
    needsYou: {
      total: overdue + dueToday + needsDecision,
      rows: running.rows.map(listed).filter(({ urgency }) => urgency !== undefined && urgent.has(urgency)),
    },
    due: { withinDays: dueDays, total: due.total, rows: due.rows.map(listed) },
    retrying: {
      total: retrying.total,
      rows: retrying.rows.map(({ workflow, pending }): ShownRow => {
        const { nextAttemptAt, lastFailure } = pending ?? {};
        return {
          ...listed(workflow),
          ...(nextAttemptAt !== undefined && { nextAttemptAt }),
          ...(lastFailure !== undefined && { lastFailure }),
        };
      }),
    },
    lost,
    done: {
      since: new Date(done.sinceMs).toISOString(),
      total: done.total,
      states: Object.fromEntries(done.states),
      others: done.others,
      failed: done.failed,
    },
    /** When workers last asked each task queue for work, in seconds ago; null where none does. */
    workers: Object.fromEntries(
      queueNames.map((queue) => {
        const agoMs = workers[queue];
        return [taskQueues[queue], agoMs === undefined ? null : Math.round(agoMs / 1_000)];
      }),
    ),
    failingTasks,
  };
}
