import { defined } from '../../defined.ts';
import type { Notice } from './notices.ts';

/** A channel that a notice has still to go to. */
interface ChannelLeft {
  readonly channel: string;
  /** Milliseconds since the epoch: not to be tried earlier, where a first attempt has failed. */
  readonly notBeforeMs?: number;
}

/** A notice that has not reached every channel that is to have it: plain JSON, carried through continue-as-new. */
interface UnsentNotice {
  readonly notice: Notice;
  /** Absent until the notice is routed. */
  readonly left?: readonly ChannelLeft[];
}

/** What is unsent, in the order in which it was decided. */
export type UnsentNotices = readonly UnsentNotice[];

/** What a run gives to the next one, which sends it. */
export interface Unsent<Effect = unknown> {
  readonly notices?: UnsentNotices;
  readonly effects?: readonly Effect[];
}

/** The notice that is routed next; undefined where all are. */
export function nextToRoute(unsent: UnsentNotices): Notice | undefined {
  return unsent.find(({ left }) => left === undefined)?.notice;
}

/** What goes through a channel next; undefined where nothing waits for it. */
export function nextThrough(
  unsent: UnsentNotices,
  channel: string,
): { readonly notice: Notice; readonly notBeforeMs?: number } | undefined {
  for (const { notice, left = [] } of unsent) {
    const found = left.find((one) => one.channel === channel);
    if (found !== undefined) return { notice, ...defined({ notBeforeMs: found.notBeforeMs }) };
  }
  return undefined;
}

/** The channels where a notice waits: nothing may overtake it there. */
export function busyChannels(unsent: UnsentNotices): readonly string[] {
  return [...new Set(unsent.flatMap(({ left = [] }) => left.map(({ channel }) => channel)))];
}

function replaced(unsent: UnsentNotices, index: number, left: readonly ChannelLeft[]): UnsentNotices {
  return unsent.flatMap((one, at) => {
    if (at !== index) return [one];
    return left.length === 0 ? [] : [{ notice: one.notice, left }];
  });
}

/**
 * After the routing of the notice that was next.
 * @param channels where it has still to go; none where it was sent, or given up.
 * @param notBeforeMs milliseconds since the epoch, where a first attempt has failed.
 */
export function afterRouting(unsent: UnsentNotices, channels: readonly string[], notBeforeMs?: number): UnsentNotices {
  const index = unsent.findIndex(({ left }) => left === undefined);
  return replaced(
    unsent,
    index,
    channels.map((channel) => ({ channel, ...defined({ notBeforeMs }) })),
  );
}

/** After the notice that was next through a channel was sent there, or given up. */
export function afterSending(unsent: UnsentNotices, channel: string): UnsentNotices {
  const index = unsent.findIndex(({ left = [] }) => left.some((one) => one.channel === channel));
  const left = unsent[index]?.left ?? [];
  return replaced(
    unsent,
    index,
    left.filter((one) => one.channel !== channel),
  );
}

/** A notice has a few thousand characters: together they stay far below the 2 MB of one payload, with the state beside them. */
const most = { notices: 200, characters: 250_000 };

/**
 * What of the unsent notices fits into the input of the next run: the newest, since each says where things stand.
 * @returns both parts, each in its order.
 */
export function fitCarried(unsent: UnsentNotices): { readonly kept: UnsentNotices; readonly dropped: UnsentNotices } {
  let characters = 0;
  let first = unsent.length;
  for (const one of unsent.toReversed()) {
    characters += JSON.stringify(one).length;
    if (characters > most.characters || unsent.length - first === most.notices) break;
    first -= 1;
  }
  return { kept: unsent.slice(first), dropped: unsent.slice(0, first) };
}
