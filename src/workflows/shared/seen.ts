/**
 * How many identities a run remembers. A sender repeats within a day at most (EventBridge: 24 hours or 185 attempts),
 * so a thousand per workflow is far more than one thing's events in that time, and stays small through continue-as-new.
 */
const remembered = 1_000;

/**
 * Adds an identity to those already handled, forgetting the oldest past the bound.
 * @returns undefined where it was known: the message is a repeat.
 */
export function remember(seen: readonly string[], eventId: string): readonly string[] | undefined {
  if (/* guard */ seen.includes(eventId)) return undefined;
  return [...seen, eventId].slice(-remembered);
}
