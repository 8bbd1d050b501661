import { defined } from '../../defined.ts';
import { joinedDigests, withoutDecisions } from './digests.ts';
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

const sizeOf = (one: UnsentNotice): number => JSON.stringify(one).length;

function fits(unsent: UnsentNotices): boolean {
  return unsent.length <= most.notices && unsent.reduce((sum, one) => sum + sizeOf(one), 0) <= most.characters;
}

/** Whether one digest can stand for two that come one after the other: of one workflow, for the same channels. */
function canJoin(older: UnsentNotice, newer: UnsentNotice): boolean {
  const channelsOf = ({ left }: UnsentNotice): string => JSON.stringify(left?.map(({ channel }) => channel));
  return older.notice.workflowId === newer.notice.workflowId && channelsOf(older) === channelsOf(newer);
}

/** Joins the two oldest digests that can be; undefined where none can. */
function withOneLess(unsent: UnsentNotices): UnsentNotices | undefined {
  for (const [index, newer] of unsent.entries()) {
    const older = unsent[index - 1];
    if (older === undefined || !canJoin(older, newer)) continue;
    const [{ unlisted: first }, { unlisted: second }] = [older.notice, newer.notice];
    if (first === undefined || second === undefined) continue;
    const notice = joinedDigests({ ...older.notice, unlisted: first }, { ...newer.notice, unlisted: second });
    return [...unsent.slice(0, index - 1), { ...older, notice }, ...unsent.slice(index + 1)];
  }
  return undefined;
}

/** The digests, from the newest on, with their identities again, as far as there is room. */
function withIdentities(short: UnsentNotices, whole: ReadonlyMap<string, UnsentNotice>): UnsentNotices {
  let characters = short.reduce((sum, one) => sum + sizeOf(one), 0);
  return short
    .toReversed()
    .map((one) => {
      const full = whole.get(one.notice.id) ?? one;
      const more = sizeOf(full) - sizeOf(one);
      if (characters + more > most.characters) return one;
      characters += more;
      return full;
    })
    .toReversed();
}

/**
 * What of the unsent notices fits into the input of the next run. Of too many digests the oldest name no identities any
 * more, but say which runs' histories do; of very many several become one: their numbers add up. Of other notices the newest
 * stay, since each says where things stand.
 * @param runId the run that ends.
 * @returns what stays, and what is left out, each in its order.
 */
export function fitCarried(
  unsent: UnsentNotices,
  runId: string,
): { readonly kept: UnsentNotices; readonly dropped: UnsentNotices } {
  if (fits(unsent)) return { kept: unsent, dropped: [] };
  let short: UnsentNotices = unsent.map(({ notice, ...one }) => ({ notice: withoutDecisions(notice, runId), ...one }));
  while (!fits(short)) {
    const joined = withOneLess(short);
    if (joined === undefined) break;
    short = joined;
  }
  let first = 0;
  while (!fits(short.slice(first))) first += 1;
  const whole = new Map(unsent.map((one) => [one.notice.id, one]));
  return { kept: withIdentities(short.slice(first), whole), dropped: short.slice(0, first) };
}
