import type { Dice } from './dice.ts';
import { changeSetOf, givenUpInFlight, outcomeOf, type Outcome, type Truth } from './truth.ts';
import { eventOf, idOf, nameOf, originId, type Vendor, type VendorEvent } from './vendor.ts';

/** A change set of somebody else whose name carries a marker: of this lineage, of another one, or none. */
interface ForeignCopy {
  readonly marker: 'own' | 'other' | 'none';
  readonly attempt: number;
  readonly outcome: Outcome;
}

/** How events travel: everything here may change, and the end must not. */
export interface Order {
  readonly seed: number;
  /** How readily an event is delivered at a moment, from 0 (never, so that polls find everything) to 1 (at once). */
  readonly eagerness: number;
  /** The most copies of one event. */
  readonly copies: number;
  /** Events that contradict the truth, or come before it. */
  readonly contradictions: boolean;
  readonly foreign: readonly ForeignCopy[];
  /** How often the lineage is reset to an earlier moment: what was signalled since comes again, the vendor keeps all it took. */
  readonly resets: number;
}

/** What the channel asks of the lineage: how things stand there at this moment. */
interface Ownership {
  readonly phase: string;
  /** The newest attempt whose id the lineage knows. */
  readonly newest: number;
  /** Whether a successor may have been accepted without the lineage knowing its id. */
  readonly open: boolean;
  /** What the lineage has recorded of a change set. */
  recorded(changeSetId: string): Outcome | undefined;
  /** Whether the operator of the plan has given up. */
  readonly pendingEnd: boolean;
}

/** An event under way. `of`: the attempt that it is about. */
interface Parcel {
  readonly event: VendorEvent;
  readonly of?: number;
  readonly kind: 'true' | 'contradiction' | 'foreign';
}

/** Events on their way. */
export interface Channel {
  /** Takes up a true outcome. */
  post(event: VendorEvent, attempt: number): void;
  /** The next event to arrive, in any order; undefined where none may arrive now. */
  take(vendor: Vendor, ownership: Ownership): Parcel | undefined;
  /** Once everything is over, whatever is left, in any order. */
  takeAny(): Parcel | undefined;
}

function mayArrive(truth: Truth, parcel: Parcel, vendor: Vendor, ownership: Ownership): boolean {
  const { of: attempt, event } = parcel;
  if (attempt === undefined) return true;
  const set = vendor.sets.get(attempt);
  if (set === undefined) return false;
  // An event of a successor that no listing shows can be known for the lineage's own only while one is open.
  if (attempt > ownership.newest && !ownership.open) return false;
  if (givenUpInFlight(truth, attempt) && !ownership.pendingEnd) return false;
  const last = truth.misshown && attempt === truth.changeSets.length - 1;
  if (parcel.kind === 'true') return !last || (set.checks > 0 && ownership.phase === 'backingOff');
  // A failure may be reported falsely at any time: AWS is asked. The other two end a lineage at once, when they are first.
  return event.outcome === 'FAILED' || (!set.running && ownership.recorded(event.changeSetId) === 'FAILED');
}

function contradictions(truth: Truth, attempt: number): readonly Parcel[] {
  const { ending } = changeSetOf(truth, attempt);
  const event = (outcome: Outcome, code?: string): Parcel => ({
    event: eventOf(idOf(attempt), nameOf(attempt), outcome, code),
    of: attempt,
    kind: 'contradiction',
  });
  // The very event of a failure, before it is one.
  if (outcomeOf(ending) === 'FAILED') return [event('FAILED', ending), event('SUCCEEDED'), event('CANCELLED')];
  return [event('FAILED', 'SERVER_FAULT')];
}

/** Makes the channel of one run. */
export function createChannel(truth: Truth, order: Order, dice: Dice): Channel {
  const parcels: Parcel[] = order.foreign.map(({ marker, attempt, outcome }, index) => {
    const name = marker === 'none' ? 'Somebody’s' : nameOf(attempt, marker === 'own' ? originId : 'elsewhere');
    return { event: eventOf(`copy-${index}`, name, outcome, 'SERVER_FAULT'), kind: 'foreign' };
  });
  const copied = (parcel: Parcel): readonly Parcel[] =>
    Array.from({ length: order.copies }, () => parcel).filter((_, index) => index === 0 || dice.chance(0.5));
  parcels.push(...parcels.flatMap((parcel) => (dice.chance(0.3) ? [parcel] : [])));
  // Where somebody gives up, nobody checks any more what a false event says of the last one.
  const contradicted = order.contradictions && truth.givingUp === undefined;
  for (const attempt of truth.changeSets.keys()) {
    const lied = truth.misshown && attempt === truth.changeSets.length - 1;
    if (contradicted || lied) parcels.push(...contradictions(truth, attempt).flatMap(copied));
  }
  const takeOne = (which: readonly Parcel[]): Parcel | undefined => {
    const parcel = dice.pick(which);
    if (parcel !== undefined) parcels.splice(parcels.indexOf(parcel), 1);
    return parcel;
  };
  return {
    post(event, attempt) {
      if (order.eagerness > 0 || truth.misshown) parcels.push(...copied({ event, of: attempt, kind: 'true' }));
    },
    take: (vendor, ownership) => takeOne(parcels.filter((parcel) => mayArrive(truth, parcel, vendor, ownership))),
    takeAny: () => takeOne(parcels.filter(({ kind }) => kind !== 'contradiction')),
  };
}
