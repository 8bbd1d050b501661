/**
 * Stands in an instrumented bundle beside the workflows: carries out the one change that the id of the replayed workflow
 * names, and reports which places a replay comes to.
 */
import { CancellationScope, proxySinks, sleep, workflowInfo, type Sinks } from '@temporalio/workflow';
import { mutantId, whole } from './ids.ts';

/** Where a replay brings the places that it comes to. */
export interface ReachedSinks extends Sinks {
  readonly mutations: { readonly reached: (mutant: number) => void };
}

/** A loop whose wait is left out goes on without end: the server would not, nor would the replay wait for it. */
const mostLeftOut = 500;

const { mutations } = proxySinks<ReachedSinks>();
const times = new Map<number, number>();

/** True where this change is to be carried out. */
function isActive(mutant: number): boolean {
  const count = (times.get(mutant) ?? 0) + 1;
  times.set(mutant, count);
  const { workflowId } = workflowInfo();
  if (workflowId === whole) {
    if (count === 1) mutations.reached(mutant);
    return false;
  }
  return workflowId === mutantId(mutant);
}

/** True where what makes a command is to be left out. */
function isLeftOut(mutant: number): boolean {
  if (!isActive(mutant)) return false;
  if ((times.get(mutant) ?? 0) > mostLeftOut) throw new Error('This goes on without end.');
  return true;
}

const unheard = (made: unknown): void => {
  if (made instanceof Promise) made.catch(() => undefined);
};

/** What makes a command: left out by the change `first`, made twice by the next. */
export function command<Made>(first: number, make: () => Made): Made | undefined {
  if (isLeftOut(first)) return undefined;
  if (isActive(first + 1)) unheard(make());
  return make();
}

/** What makes a command that cannot be made twice. */
export function onlyCommand<Made>(first: number, make: () => Made): Made | undefined {
  return isLeftOut(first) ? undefined : make();
}

/** What a transition sends: nothing by the change `first`, everything twice by the next. */
export function sent<One>(first: number, all: readonly One[]): readonly One[] {
  if (all === undefined || all.length === 0) return all;
  if (isActive(first)) return [];
  return isActive(first + 1) ? [...all, ...all] : all;
}

/** A place where the change makes a command more. */
export function here(mutant: number): void {
  if (isActive(mutant) && times.get(mutant) === 1) unheard(CancellationScope.nonCancellable(() => sleep(1)));
}

/** What is begun side by side: by the change `first + index` the one at the index after its neighbour. */
export function begun<One>(first: number, begin: ReadonlyArray<() => readonly One[]>): readonly One[] {
  const made = begin.map((): readonly One[] => []);
  const order = begin.map((_, index) => index);
  const later = order.slice(1).find((_, index) => isActive(first + index));
  if (later !== undefined) order.splice(later - 1, 2, later, later - 1);
  for (const index of order) made[index] = begin[index]?.() ?? [];
  return made.flat();
}

/** True where two statements change their places. */
export const swapped = isActive;
