import { CancellationScope } from '@temporalio/workflow';

/** What a workflow has decided to send, sent in order, one after another, while it goes on with its own work. */
export interface Outbox<Effect> {
  add(effects: readonly Effect[]): void;
  /** True when nothing waits and nothing is under way. */
  idle(): boolean;
}

/**
 * Starts an outbox.
 * @param perform sends one effect; it must handle its own failures, since a failure here fails the workflow task.
 */
export function startOutbox<Effect>(perform: (effect: Effect) => Promise<void>): Outbox<Effect> {
  const waiting: Effect[] = [];
  let busy = false;

  async function pump(): Promise<void> {
    busy = true;
    for (let effect = waiting.shift(); effect !== undefined; effect = waiting.shift()) await perform(effect);
    busy = false;
  }

  return {
    add(effects) {
      waiting.push(...effects);
      // Begun from within a phase's work, it must not be cancelled with it.
      if (!busy && waiting.length > 0) void CancellationScope.nonCancellable(pump);
    },
    idle: () => !busy,
  };
}
