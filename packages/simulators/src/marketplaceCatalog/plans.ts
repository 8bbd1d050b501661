import type { z } from 'zod';
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
  #plans: { readonly plan: Plan; used: number }[] = [];

  /** Puts a plan before all others. */
  put(plan: Plan): void {
    this.#plans.unshift({ plan, used: 0 });
  }

  /** Drops all plans. */
  clear(): void {
    this.#plans = [];
  }

  /** The outcome of a set that was just accepted, which uses it up; the last one of a plan repeats. */
  outcomeFor(set: StoredChangeSet): Outcome {
    const found = this.#plans.find(({ plan }) => matches(plan.match, set));
    if (found === undefined) return SUCCESS;
    const outcome = found.plan.outcomes[found.used] ?? found.plan.outcomes.at(-1) ?? SUCCESS;
    found.used += 1;
    return outcome;
  }
}

function matches(match: Plan['match'], set: StoredChangeSet): boolean {
  const changeTypes = set.changes.map(({ changeType }) => changeType);
  return (
    (match.changeSetName === undefined || match.changeSetName === set.name) &&
    (match.nameContains === undefined || set.name.includes(match.nameContains)) &&
    (match.entityId === undefined || entityIdsOf(set).includes(match.entityId)) &&
    (match.changeType === undefined || changeTypes.includes(match.changeType)) &&
    (match.account === undefined || match.account === set.account)
  );
}
