import { AsyncLocalStorage } from 'node:async_hooks';

/** What every log line says that is written while something is done, beside its own members. */
export interface Marks {
  /** The one name for it in all logs: of the event that this is done for. */
  readonly eventId?: string;
  readonly workflowId?: string;
  readonly activity?: string;
}

const current = new AsyncLocalStorage<Marks>();

/** Does something, whose log lines have these marks. */
export function withMarks<Result>(marks: Marks, act: () => Result): Result {
  return current.run(marks, act);
}

/** The marks of what is done now; none outside. */
export function marks(): Marks {
  return current.getStore() ?? {};
}
