/**
 * The header of an activity that says which event its workflow was given last: the same id stands in the ingress's log, the
 * worker's log lines of the activity, and the notice.
 */
export const eventHeader = 'steward-event-id';

/** In characters: longer than any identity that the parser makes. */
const longestId = 1_000;

/** The identity of the event that a message was made of; undefined where it names none. Anybody may have typed it. */
export function eventIdOf(message: unknown): string | undefined {
  if (typeof message !== 'object' || message === null) return undefined;
  const { eventId } = message as { readonly eventId?: unknown };
  return typeof eventId === 'string' && eventId !== '' ? eventId.slice(0, longestId) : undefined;
}
