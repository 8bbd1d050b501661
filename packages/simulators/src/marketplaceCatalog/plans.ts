import type { z } from 'zod';
import type { Journal } from '../journal.ts';
import type { outcomeSchema, planSchema } from './controlSchemas.ts';
import type { StoredChangeSet } from './store.ts';
import { entityIdsOf } from './store.ts';

/** What becomes of a change set: see `outcomeSchema`. */
export type Outcome = z.output<typeof outcomeSchema>;
/** Which change sets meet which outcomes: see `planSchema`. */
export type Plan = z.output<typeof planSchema>;

const SUCCESS: Outcome = { status: 'SUCCEEDED', errors: [] };

/** The plans that were put, of which the newest that matches a change set decides. */
export class Plans {
  readonly #plans;

  constructor(journal: Journal) {
    this.#plans = journal.table<{ readonly plan: Plan; readonly used: number }>('plans');
  }

  /** Puts a plan before all others. */
  put(plan: Plan): void {
    this.#plans.set(String(this.#plans.size), { plan, used: 0 });
  }

  /** Drops all plans. */
  clear(): void {
    this.#plans.clear();
  }

  /** The outcome of a set that was just accepted, which uses it up; the last one of a plan repeats. */
  outcomeFor(set: StoredChangeSet): Outcome {
    const changeTypes = set.changes.map(({ changeType }) => changeType);
    const entityIds = entityIdsOf(set);
    const found = [...this.#plans.entries()].findLast(([, { plan }]) =>
      matches(plan.match, set, changeTypes, entityIds),
    );
    if (found === undefined) return SUCCESS;
    const [key, { plan, used }] = found;
    this.#plans.set(key, { plan, used: used + 1 });
    return plan.outcomes[used] ?? plan.outcomes.at(-1) ?? SUCCESS;
  }
}

function matches(
  match: Plan['match'],
  set: StoredChangeSet,
  changeTypes: readonly string[],
  entityIds: readonly string[],
): boolean {
  return (
    (match.changeSetName === undefined || match.changeSetName === set.name) &&
    (match.nameContains === undefined || set.name.includes(match.nameContains)) &&
    (match.entityId === undefined || entityIds.includes(match.entityId)) &&
    (match.changeType === undefined || changeTypes.includes(match.changeType)) &&
    (match.account === undefined || match.account === set.account)
  );
}
