import type { ExpectedEnd, PlannedCommand, PlannedEvent, Plan } from '../records.ts';
import type { Cast } from './cast.ts';
import type { Draws } from './draws.ts';

/** An event of a story, before it is decided which way it comes and how often. */
export interface StoryEvent extends Pick<PlannedEvent, 'vendor' | 'body' | 'workflowId' | 'identity' | 'mayBeIgnored'> {
  /** How long after the story's begin it sets out, in parts of the whole stream. */
  readonly after?: number;
  /** Nobody sends it: only the vendor's own records have it. */
  readonly lost?: true;
  /** What is put at the vendors right before it. */
  readonly puts?: ReadonlyArray<Omit<Plan['puts'][number], 'before'>>;
}

/** What an operator does in a story. */
interface StoryCommand extends Pick<PlannedCommand, 'workflowId' | 'input'> {
  /** Of `steward`, without actor and reason. */
  readonly words: readonly string[];
  /** As of an event. */
  readonly after: number;
}

/** What happens to one matter, from its first event to its end. */
export interface Story {
  readonly events: readonly StoryEvent[];
  readonly commands?: readonly StoryCommand[];
  /** Where its workflows have to end, by workflow id; an end that time decides is left out. */
  readonly ends: Readonly<Record<string, ExpectedEnd>>;
}

/** What stories are made of. */
export interface StoryContext {
  readonly draws: Draws;
  readonly cast: Cast;
  /** Counts from 0: which story of its kind it is. */
  readonly index: number;
}

/** A time of a body, in whole seconds from when the event sets out; the run fills it in. */
export function sent(seconds: number): string {
  return `<<sent${seconds < 0 ? '' : '+'}${seconds}>>`;
}

/** The same from the stream's begin. */
export function start(seconds: number): string {
  return `<<start${seconds < 0 ? '' : '+'}${seconds}>>`;
}
