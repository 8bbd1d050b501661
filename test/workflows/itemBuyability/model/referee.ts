import type { TrueStatus, World } from './world.ts';

/** Something that was heard of the item, and the time that it speaks of. */
export interface Word {
  readonly atMs: number;
  /** Undefined: it says nothing about buyability. */
  readonly says: 'BUYABLE' | 'NOT_BUYABLE' | undefined;
  /** True for an event that came so late that it may be doubted. */
  readonly doubtful: boolean;
}

const undecided = ['querying', 'awaitingAccess', 'UNVERIFIED'];

/** What the vendor would have answered at a time. */
export function truthAt({ changes }: World, atMs: number): TrueStatus {
  return changes.findLast((change) => change.atMs <= atMs)?.status ?? 'ABSENT';
}

/**
 * The states that what was heard allows: the newest statement decides, whatever order it came in. Two of one time that
 * contradict each other decide nothing, and one with data outweighs one without.
 */
export function allowedBy(words: readonly Word[]): readonly string[] {
  const newestMs = Math.max(...words.map(({ atMs }) => atMs));
  const newest = words.filter(({ atMs }) => atMs === newestMs);
  const said = new Set(newest.flatMap(({ says }) => says ?? []));
  if (said.size === 0) return [...undecided, 'INVALID_PRODUCT'];
  if (said.size > 1) return undecided;
  return newest.some(({ doubtful }) => doubtful) ? [...said, ...undecided] : [...said];
}

const ends: Record<TrueStatus, string> = {
  BUYABLE: 'BUYABLE',
  NOT_BUYABLE: 'NOT_BUYABLE',
  UNKNOWN: 'UNVERIFIED',
  ABSENT: 'INVALID_PRODUCT',
};

/** The states that may be the last: that of the true order, and, where the service fell silent, none at all. */
export function allowedEnds(world: World, serviceWasSilent: boolean): readonly string[] {
  const end = ends[world.changes.at(-1)?.status ?? 'ABSENT'];
  return serviceWasSilent ? [end, ...undecided] : [end];
}

/** A notice, as much of it as its order needs; `about` is the state that it reports. */
export interface Reported {
  readonly id: string;
  readonly kind: string;
  readonly about: string;
}

/**
 * What is wrong with the notices that were sent, if anything: one is open at a time, none is closed and opened again by
 * one message, and what is open in the end is about the state that is known.
 * @param steps the notices of each message, in order.
 */
export function noticeProblem(steps: readonly (readonly Reported[])[], state: string): string | undefined {
  let open: Reported | undefined;
  for (const step of steps) {
    const closed = open;
    for (const notice of step) {
      if (notice.kind === 'opening') {
        if (open !== undefined) return `${notice.id} was opened beside ${open.id}`;
        if (notice.about === closed?.about) return `${notice.id} was opened a second time`;
        open = notice;
      } else {
        if (notice.id !== `${open?.id}:resolved`) return `${notice.id} closes nothing that is open`;
        open = undefined;
      }
    }
  }
  if (state === 'querying' || state === 'awaitingAccess') return undefined;
  const expected = state === 'BUYABLE' ? undefined : state;
  return open?.about === expected
    ? undefined
    : `in the end ${state} is known and ${open?.about ?? 'nothing'} is reported`;
}
