import { isDeepStrictEqual } from 'node:util';
import { noted } from '../../../src/workflows/shared/transition.ts';
import type { Step } from './record.ts';

/** What a transition leads to: the state, and what is sent. */
interface Outcome {
  readonly state: unknown;
  readonly sent: unknown;
}

/** A transition outside of a workflow: it gets the state and what came, and nothing else. */
export type Play = (step: string, state: unknown, args: readonly unknown[]) => Outcome;

/** What a workflow took, in order. */
type Taken =
  { readonly note: string } | { readonly step: string; readonly args: readonly unknown[]; readonly recorded: unknown };

interface Noting {
  readonly notes?: readonly string[];
}

const parsed = (text: string): unknown => JSON.parse(text) as unknown;
const carried = (value: unknown): unknown => parsed(JSON.stringify(value));

/** No transition may change what it was given. */
function frozen<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    for (const member of Object.values(Object.freeze(value))) frozen(member);
  }
  return value;
}

/** Between two transitions a workflow may have kept notes, which is no transition. */
function notesBetween(before: unknown, after: unknown): readonly Taken[] {
  const known = (before as Noting).notes ?? [];
  return ((after as Noting).notes ?? []).filter((note) => !known.includes(note)).map((note) => ({ note }));
}

function take({ state }: Outcome, taken: Taken, play: Play): Outcome {
  if ('note' in taken) return { state: noted(frozen(state) as { notes: readonly string[] }, taken.note), sent: null };
  return play(taken.step, frozen(state), frozen(taken.args));
}

/** What was taken, with what a workflow noted; a state that came from elsewhere is a problem. */
function takenOf(steps: readonly Step[], outcomeOf: (after: string) => Outcome): readonly Taken[] {
  return steps.flatMap(({ step, state, args, after }, index): readonly Taken[] => {
    const before = steps[index - 1];
    const notes = before === undefined ? [] : notesBetween(outcomeOf(before.after).state, parsed(state));
    return [...notes, { step, args: parsed(args) as readonly unknown[], recorded: outcomeOf(after) }];
  });
}

/**
 * Plays the transitions that a workflow made, from every prefix of them: with the state as it is, and with the state as the
 * next run would read it, from JSON.
 * @param outcomeOf reads what a recorded transition led to.
 * @returns a sentence for each prefix after which another outcome comes; none where the transitions depend on their state
 * and on what came alone, and the state loses nothing on its way into the next run.
 */
export function prefixProblems(
  steps: readonly Step[],
  play: Play,
  outcomeOf: (after: unknown) => Outcome,
): readonly string[] {
  const [first] = steps;
  if (first === undefined) return [];
  const taken = takenOf(steps, (after) => outcomeOf(parsed(after)));
  const problems: string[] = [];
  const outcomes: Outcome[] = [{ state: parsed(first.state), sent: null }];
  for (const [index, one] of taken.entries()) {
    const outcome = take(outcomes[index] as Outcome, one, play);
    outcomes.push(outcome);
    if ('recorded' in one && !isDeepStrictEqual(carried(outcome), one.recorded)) {
      problems.push(`step ${index} (${one.step}) leads to something else than in the workflow`);
    }
  }
  for (const [length, { state }] of outcomes.entries()) {
    let outcome: Outcome = { state: carried(state), sent: null };
    for (let index = length; index < taken.length; index += 1) {
      outcome = take(outcome, taken[index] as Taken, play);
      if (!isDeepStrictEqual(carried(outcome), carried(outcomes[index + 1]))) {
        problems.push(`carried before step ${length}, step ${index} leads to something else`);
        break;
      }
    }
  }
  return problems;
}
