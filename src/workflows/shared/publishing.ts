import type { SearchAttributeUpdatePair } from '@temporalio/common';
import {
  CancellationScope,
  condition,
  setCurrentDetails,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { shownMarkdown } from './markdown.ts';
import { dueAtAttribute, searchAttributePairs, subjectAttribute, type StewardAttributes } from './searchAttributes.ts';

/** How a workflow shows its state. */
export interface Shown<State> {
  /** The details in markdown. */
  readonly details: (state: State) => string;
  /**
   * The search attributes; undefined leaves them as they are.
   * @param before the state that was shown before; absent when the run begins.
   */
  readonly attributes: (state: State, before?: State) => StewardAttributes | undefined;
}

/**
 * Makes the search attributes say what is wanted, with one command and one action, and none where they say it already: what
 * the start set is free, and a copied workflow ("start like this one") is corrected. A subject alone is worth no command, and
 * histories from before there was one have none: it goes with what changes beside it.
 */
function publishAttributes(wanted: StewardAttributes): void {
  const now = workflowInfo().typedSearchAttributes;
  const pairs: SearchAttributeUpdatePair[] = searchAttributePairs(wanted);
  if (wanted.dueAt === null) pairs.push({ key: dueAtAttribute, value: null });
  const changed = pairs.filter(({ key, value }) => JSON.stringify(now.get(key) ?? null) !== JSON.stringify(value));
  if (changed.some(({ key }) => key.name !== subjectAttribute.name)) upsertSearchAttributes(changed);
}

/**
 * Shows a state as details and search attributes: once when a workflow task has taken all its messages, and not for each of
 * them. A flood of signals costs one upsert, and one that changed nothing none.
 * @returns shows the present state now, for a run that ends.
 */
export function startPublishing<State>(current: () => State, { details, attributes }: Shown<State>): () => void {
  let shown: State | undefined;

  function publish(): void {
    const state = current();
    if (state === shown) return;
    setCurrentDetails(shownMarkdown(details(state)));
    const wanted = attributes(state, shown);
    if (wanted !== undefined) publishAttributes(wanted);
    shown = state;
  }

  async function keepPublishing(): Promise<never> {
    for (;;) {
      await condition(() => current() !== shown);
      // A condition is asked again only when all that can go on at present has gone on.
      for (let before: State | undefined; before !== current();) {
        before = current();
        let asked = 0;
        await condition(() => (asked += 1) > 1);
      }
      publish();
    }
  }

  void CancellationScope.nonCancellable(keepPublishing);
  return publish;
}
