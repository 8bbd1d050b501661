import { tracingChannel } from 'node:diagnostics_channel';

/** A piece of work that a trace shows, where somebody traces (`src/tracing`). */
export interface Span {
  readonly name: string;
  /** `server`, `consumer`: what came in; `client`: a call to the outside. */
  readonly kind: 'server' | 'consumer' | 'client';
  /** Ids and types, never contents. What is known only at the end may be added until then. */
  readonly attributes: Record<string, string | number | undefined>;
}

/** `src/tracing` subscribes to it; without a subscriber it costs nothing. */
export const spans = tracingChannel<unknown, Span>('marketplace-steward:span');

/** Does something, which is one span of a trace, and everything in it is below that. */
export function inSpan<Result>(span: Span, act: () => Promise<Result>): Promise<Result> {
  return spans.hasSubscribers ? spans.tracePromise(act, span) : act();
}
