import type { Plan } from '../records.ts';

/** An outcome of a successor, in a body for the simulated vendor’s plans. */
interface PlannedOutcomes {
  readonly match: { readonly nameContains?: string };
  readonly outcomes: readonly object[];
}

const isOutcomes = (body: unknown): body is PlannedOutcomes =>
  typeof body === 'object' && body !== null && 'outcomes' in body;

/**
 * The answer to the first submit of each lineage is lost, and so is the event of its successor, which ends at once: then
 * nothing but a check or the token keeps the repeat from being a second submit.
 */
function losingAnswers(plan: Plan): Plan {
  const accounts = new Map(
    plan.puts.flatMap(({ name, body, before = '' }) => {
      const { account } = (body ?? {}) as { readonly account?: unknown };
      return name === 'change-sets' && typeof account === 'string' ? [[before, account] as const] : [];
    }),
  );
  const puts = plan.puts.flatMap((put): Plan['puts'] => {
    const { body, before = '' } = put;
    const account = accounts.get(before);
    if (!isOutcomes(body) || body.match.nameContains === undefined || account === undefined) return [put];
    const outcomes = body.outcomes.map((outcome) => ({ ...outcome, durationMs: 50, event: 'lost' }));
    const fault = { fault: 'resetAfter', operation: 'StartChangeSet', account };
    return [
      { ...put, body: { ...body, outcomes } },
      { vendor: 'aws', name: 'faults', body: fault, before },
    ];
  });
  return { ...plan, puts };
}

const leadSeconds = 3_600;
/** A run waits for a reminder that is twenty seconds ahead: so each waits for the next one, and a busy stream misses few. */
const betweenSeconds = 18;
const steps = 5;

/** The reminders of each case fall some time after its reports, of each case at another time. */
function remindingSoon(plan: Plan): Plan {
  const cases = [...new Set(plan.events.map(({ workflowId }) => workflowId))].filter((id) =>
    id.startsWith('security:'),
  );
  const events = plan.events.map((event) => {
    const step = 1 + (cases.indexOf(event.workflowId) % steps);
    const body = event.body.replace(
      /(upcomingResolutionDueDate\\?":\\?")<<(?:start|sent)[+-]\d+>>/,
      (_all, before: string) => `${before}<<sent+${leadSeconds + step * betweenSeconds}>>`,
    );
    return { ...event, body };
  });
  return { ...plan, events };
}

/** The plan, changed so that a breach shows whatever else happens. */
export function provoking(name: string, plan: Plan): Plan {
  switch (name) {
    case 'noLookUpNoToken':
      return losingAnswers(plan);
    case 'reminderTwice':
    case 'reminderEarly':
      return remindingSoon(plan);
    default:
      return plan;
  }
}
