import { setTimeout as pause } from 'node:timers/promises';
import type { Plan, PlannedEvent } from '../records.ts';
import type { Departure, Sender } from './sender.ts';

/** What is put at a vendor, or sets out, at one moment of the stream. */
type Step =
  { readonly at: number; readonly put: Plan['puts'][number] } | { readonly at: number; readonly departure: Departure };

/** How a stream is played. */
export interface StreamOptions {
  readonly plan: Plan;
  readonly sender: Sender;
  /** Puts something at a vendor, however often its simulator has to be asked. */
  readonly put: (put: Plan['puts'][number]) => Promise<void>;
  /** How long the stream would take if nothing slowed it. */
  readonly streamMs: number;
  /** How long it may take. */
  readonly withinMs: number;
  readonly signal: AbortSignal;
  /** Hears which part of the stream has set out, 0 to 1. */
  readonly onShare: (share: number, done: number, total: number) => void;
}

/** So many copies are under way at once; more wait for one to end, as EventBridge's rate does. */
const mostUnderWay = 48;

/** The steps of a stream in their order: what a vendor shows of an event is there right before it sets out. */
function stepsOf({ events, puts }: Plan): readonly Step[] {
  const first = new Map(events.map(({ key, sentAt }) => [key, sentAt[0] ?? 0]));
  const steps: Step[] = puts.flatMap((put) => {
    const at = put.before === undefined ? undefined : (put.at ?? first.get(put.before));
    return at === undefined ? [] : [{ at, put }];
  });
  for (const { key, way, vendor, body, sentAt } of events) {
    const copies = sentAt.length === 0 ? [0] : sentAt;
    for (const [copy, at] of copies.entries()) steps.push({ at, departure: { key, way, vendor, body, copy } });
  }
  // Puts stand before departures, and the sort keeps the order of what is at the same moment.
  return steps.toSorted((one, other) => one.at - other.at);
}

/**
 * Plays a stream to its last departure; copies may still be under way then.
 * @throws Error where it takes too long: nothing acknowledges any more
 */
export async function playStream(options: StreamOptions): Promise<void> {
  const { plan, sender, put, streamMs, withinMs, signal, onShare } = options;
  const steps = stepsOf(plan);
  const begunMs = performance.now();
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => undefined);
  for (const [index, step] of steps.entries()) {
    const aheadMs = begunMs + step.at * streamMs - performance.now();
    if (aheadMs > 0) await Promise.race([failed.promise, pause(aheadMs, undefined, { signal })]);
    while (sender.underWay() >= mostUnderWay && performance.now() - begunMs < withinMs) {
      await Promise.race([failed.promise, pause(20, undefined, { signal })]);
    }
    signal.throwIfAborted();
    if (performance.now() - begunMs > withinMs) throw new Error(`the stream takes longer than ${withinMs} ms`);
    if ('put' in step) await put(step.put);
    else sender.send(step.departure).catch(failed.reject);
    onShare(step.at, index + 1, steps.length);
  }
  onShare(1, steps.length, steps.length);
}

/** The puts that no event brings. */
export function putsBefore({ puts, events }: Plan): Plan['puts'] {
  const keys = new Set(events.map(({ key }) => key));
  return puts.filter(({ before }) => before === undefined || !keys.has(before));
}

/** A plan with the times that it names by the stream's begin: what is sent, and what plan.json has. */
export function atTimes(plan: Plan, startMs: number, streamMs: number): Plan {
  const sentMs = new Map(plan.events.map(({ key, sentAt }) => [key, startMs + (sentAt[0] ?? 0) * streamMs]));
  const events = plan.events.map((event): PlannedEvent => ({
    ...event,
    body: filled(event.body, startMs, sentMs.get(event.key) ?? startMs),
  }));
  const puts = plan.puts.map((put) => ({
    ...put,
    body: JSON.parse(filled(JSON.stringify(put.body), startMs, sentMs.get(put.before ?? '') ?? startMs)) as unknown,
  }));
  return { ...plan, events, puts };
}

function filled(text: string, startMs: number, sentMs: number): string {
  return text.replaceAll(/<<(start|sent)([+-]\d{1,9})>>/g, (_, from: string, seconds: string) =>
    new Date((from === 'start' ? startMs : sentMs) + Number(seconds) * 1_000).toISOString().replace(/\.\d{3}Z$/, 'Z'),
  );
}
