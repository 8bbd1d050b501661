import type { z } from 'zod';
import {
  emitSchema,
  eventSettingsSchema,
  faultSchema,
  planSchema,
  putAssessmentSchema,
  putChangeSetSchema,
  putEntitySchema,
  quotaSchema,
} from './controlSchemas.ts';
import { changeSetEvent } from './events.ts';
import type { EventEntry, LogEntry, LogFilter } from './log.ts';
import type { Outcome, Plan } from './plans.ts';
import { putAssessment, putChangeSet, putEntity } from './puts.ts';
import type { Simulation } from './simulation.ts';
import type { Progress, StoredChangeSet } from './store.ts';
import { isTerminal } from './store.ts';

/** How a test or an operator drives the simulator: the calls of `/_control/…` and `/_log`, in process. */
export interface CatalogControl {
  /** Sets what becomes of change sets that are accepted from now on, or of one that runs. */
  plan(plan: z.input<typeof planSchema>): void;
  /** Puts a change set that exists already, and the entities it names where they are missing. */
  putChangeSet(changeSet: z.input<typeof putChangeSetSchema>): void;
  /** Puts an entity, in place of one with the same id. */
  putEntity(entity: z.input<typeof putEntitySchema>): void;
  /** Puts an assessment, in place of one with the same id. */
  putAssessment(assessment: z.input<typeof putAssessmentSchema>): void;
  /** Adds a fault for the next calls that fit. */
  addFault(fault: z.input<typeof faultSchema>): void;
  /** Sets where events go and how they travel. */
  setEvents(settings: z.input<typeof eventSettingsSchema>): void;
  /** Posts an event now, past the policy; resolves with the result after the last attempt. */
  emit(what: z.input<typeof emitSchema>): Promise<EventEntry>;
  /** Changes quotas; all buckets are full again. */
  setQuotas(quotas: z.input<typeof quotaSchema>): void;
  /** Forgets all state, plans, faults and the log, and begins the seed again; the event target stays. */
  reset(): void;
  /** What happened, oldest first. */
  log(filter?: LogFilter): LogEntry[];
  /** Resolves with the status once the change set has ended; not at all after a reset or close. Rejects for an unknown id. */
  settled(changeSetId: string): Promise<Progress['status']>;
}

/** A control call that can't be done: its body is fine, what it names is not. */
export class ControlError extends Error {}

/** The control of a simulation for bodies of any shape, as they come by HTTP; see `createControl`. */
export type CheckedControl = ReturnType<typeof createControl>;

/** The control of a simulation. Bodies that do not fit throw a ZodError, names that are not known a ControlError. */
export function createControl(simulation: Simulation) {
  const { events, faults, lifecycle, log } = simulation;
  return {
    plan: (body: unknown) => putPlan(simulation, planSchema.parse(body)),
    putChangeSet: (body: unknown) => putChangeSet(simulation, putChangeSetSchema.parse(body)),
    putEntity: (body: unknown) => putEntity(simulation, putEntitySchema.parse(body)),
    putAssessment: (body: unknown) => putAssessment(simulation, putAssessmentSchema.parse(body)),
    addFault: (body: unknown) => faults.put(faultSchema.parse(body)),
    setEvents: (body: unknown) => events.configure(eventSettingsSchema.parse(body)),
    emit: (body: unknown) => emit(simulation, body),
    setQuotas: (body: unknown) => changeQuotas(simulation, quotaSchema.parse(body)),
    reset: () => reset(simulation),
    log: (filter?: LogFilter) => log.entries(filter),
    settled: async (changeSetId: string) =>
      (await lifecycle.settled(knownSet(simulation, changeSetId))).progress.status,
  } satisfies CatalogControl;
}

function putPlan(simulation: Simulation, plan: Plan): void {
  if (plan.match.changeSetId === undefined) simulation.plans.put(plan);
  else decideRunning(simulation, plan.match.changeSetId, plan.outcomes);
}

function changeQuotas({ rates }: Simulation, changes: z.output<typeof quotaSchema>): void {
  const now = rates.settings;
  rates.change({
    enabled: changes.enabled ?? now.enabled,
    perSecond: { ...now.perSecond, ...changes.perSecond },
    openChangeSets: changes.openChangeSets ?? now.openChangeSets,
  });
}

function reset(simulation: Simulation): void {
  simulation.lifecycle.clear();
  simulation.events.clear();
  simulation.store.clear();
  simulation.plans.clear();
  simulation.faults.clear();
  simulation.log.clear();
  simulation.rates.reset();
  simulation.random.restart();
}

function knownSet({ store }: Simulation, id: string): StoredChangeSet {
  const set = store.changeSet(id);
  if (set === undefined) throw new ControlError(`changeSetId: no change set '${id}' is known`);
  return set;
}

function decideRunning(simulation: Simulation, id: string, outcomes: readonly Outcome[]): void {
  const set = knownSet(simulation, id);
  const [outcome, ...more] = outcomes;
  if (outcome === undefined || more.length > 0) {
    throw new ControlError(`outcomes: a plan for one change set takes one outcome, not ${outcomes.length}`);
  }
  if (isTerminal(set.progress)) throw new ControlError(`changeSetId: '${id}' has ended as ${set.progress.status}`);
  simulation.lifecycle.begin(set, outcome);
}

async function emit(simulation: Simulation, body: unknown): Promise<EventEntry> {
  const what = emitSchema.parse(body);
  if ('event' in what) return simulation.events.emit(what.event);
  const set = knownSet(simulation, what.changeSetId);
  if (!isTerminal(set.progress)) {
    throw new ControlError(
      `changeSetId: '${set.id}' is ${set.progress.status}: only a set that has ended has an event`,
    );
  }
  return simulation.events.emit(changeSetEvent(set, set.progress, simulation.random.uuid(), Date.now()), set.id);
}
