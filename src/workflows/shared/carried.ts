import { shapeOf } from './input.ts';
import type { AuditEntry } from './operatorCommands.ts';
import { fits, list, members, membersOf, optional, text, type Shape } from './shapes.ts';
import { Unreadable, unknownVersion } from './unreadable.ts';

/** Carried state that this code cannot read. */
export class UnreadableState extends Unreadable {
  override readonly name = 'UnreadableState';
}

/** Reads what a run before has carried: total, for every version that was ever recorded. */
export type ReadCarried<State> = (carried: unknown) => State;

/**
 * Makes the reader of a workflow's carried state. What it cannot read fails the workflow's task with a sentence that
 * `steward list --attention` and `show` repeat: the state stays in the history, and a worker that can read it goes on.
 * @param workflowType for the sentence.
 * @param current the shape of today's state, of the version that it names.
 * @param older how the states of earlier versions become those of the next one, by version. What it gives is read again.
 */
export function carriedReader<State extends { readonly version: number }>(
  workflowType: string,
  version: State['version'],
  current: Shape<State>,
  older: Readonly<Record<number, (carried: object) => object>> = {},
): ReadCarried<State> {
  function read(carried: unknown): State {
    const { version: found } = membersOf(carried);
    if (found === version) {
      if (fits(current, carried)) return carried;
      const problem = current.problem(carried, 'carried') ?? '';
      throw new UnreadableState(
        `The carried state of ${workflowType} has another shape than version ${version}: ${problem}.`,
      );
    }
    const upgrade = typeof found === 'number' && Object.hasOwn(older, found) ? older[found] : undefined;
    if (upgrade === undefined || typeof carried !== 'object' || carried === null) {
      const is = typeof found === 'number' ? `version ${found}` : `${shapeOf(found)} as its version`;
      const known = [...Object.keys(older), version];
      throw new UnreadableState(unknownVersion(`The carried state of ${workflowType}`, is, known));
    }
    const next = upgrade(carried);
    // Each step goes on to a later version: a state never comes back to where it was.
    if (!(Number(membersOf(next)['version']) > Number(found))) {
      throw new UnreadableState(
        `The carried state of ${workflowType} cannot be read from version ${Number(found)} on.`,
      );
    }
    return read(next);
  }
  return read;
}

/** The audit of a workflow that takes commands. */
export const audit = list(
  members<AuditEntry>({
    at: text,
    command: text,
    actor: text,
    reason: text,
    proposal: optional(text),
    refused: optional(text),
  }),
);

/** The state that the run before has carried; else that of a first run. */
export function carriedOr<State>(
  { carried }: { readonly carried?: unknown },
  read: ReadCarried<State>,
  first: () => State,
): State {
  return carried === undefined ? first() : read(carried);
}
