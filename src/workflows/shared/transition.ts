import { vendorText } from './markdown.ts';
import type { Notice } from './notices.ts';

/** The state after a message, and what it makes the workflow send. */
export interface Transition<State, Effect = never> {
  readonly state: State;
  readonly notices: readonly Notice[];
  /** What else is to be sent, for a workflow that sends more than notices. */
  readonly effects?: readonly Effect[];
}

/** What a transition may know beside the state. */
export interface TransitionContext<Policy> {
  readonly policy: Policy;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

/** Notes that a workflow keeps; older ones stay readable in the history. */
const keptNotes = 50;
const longestNoteCharacters = 1_000;

/** Nothing to send. */
export const stay = <State>(state: State): Transition<State> => ({ state, notices: [] });

/** The state with a note of at most 1,000 characters and without addresses, which it keeps once, as the newest. */
export function noted<State extends { readonly notes: readonly string[] }>(state: State, note: string): State {
  const kept = vendorText(note, longestNoteCharacters);
  return { ...state, notes: [...state.notes.filter((known) => known !== kept), kept].slice(-keptNotes) };
}
