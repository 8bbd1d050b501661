import { changeSetOf, outcomeOf, type Outcome, type TrueChangeSet, type Truth } from './truth.ts';

/** One change set at the vendor. */
export interface VendorSet {
  readonly attempt: number;
  readonly changeSetId: string;
  readonly name: string;
  readonly truth: TrueChangeSet;
  running: boolean;
  checks: number;
  polls: number;
}

/** What the vendor reports of one change set. */
export interface VendorEvent {
  readonly eventId: string;
  readonly changeSetId: string;
  readonly changeSetName: string;
  readonly outcome: Outcome;
  readonly failureCode?: string;
}

/** What a check of a change set shows. */
interface VendorCheck {
  readonly status: string;
  readonly failureCode?: string;
  readonly barred: boolean;
}

/** The origin of every lineage of the model. */
export const originId = 'origin';
const originName = 'Update my product';

/** The id of the successor that is accepted for this attempt. */
export const idOf = (attempt: number): string => (attempt === 0 ? originId : `next-${attempt}`);
/** The name that carries the marker: `+retry.{origin}.{attempt}` at its very end. */
export const nameOf = (attempt: number, origin = originId): string =>
  attempt === 0 ? originName : `${originName}+retry.${origin}.${attempt}`;

/** The event of an outcome; its identity is the change set with the outcome. */
export function eventOf(
  changeSetId: string,
  changeSetName: string,
  outcome: Outcome,
  failureCode?: string,
): VendorEvent {
  return {
    eventId: `change-set:${changeSetId}:${outcome}`,
    changeSetId,
    changeSetName,
    outcome,
    ...(failureCode === undefined ? {} : { failureCode }),
  };
}

/** The vendor as it is in truth. */
export interface Vendor {
  readonly sets: ReadonlyMap<number, VendorSet>;
  /** Whether its change sets make an entity. */
  readonly creates: boolean;
  /** Takes a submit: once per attempt, whatever comes again under its token. */
  accept(attempt: number): VendorSet;
  complete(set: VendorSet): void;
  find(changeSetId: string): VendorSet | undefined;
  /** Checks as the workflow does; a check that counts uses up what only the first one shows. */
  check(set: VendorSet, counts: boolean): VendorCheck;
  /** The successors that a listing shows. */
  listed(): readonly VendorSet[];
  /** From now on the listing shows all. */
  showAll(): void;
  /** The listing does not show this one yet. */
  hide(attempt: number): void;
  readonly hiddenAttempt: () => number | undefined;
}

function failureCodeOf({ ending }: TrueChangeSet): string | undefined {
  return outcomeOf(ending) === 'FAILED' ? ending : undefined;
}

function shownOf(set: VendorSet, misshown: boolean): VendorCheck {
  if (misshown) return { status: 'FAILED', failureCode: 'SERVER_FAULT', barred: false };
  if (set.running) return { status: 'APPLYING', barred: false };
  const failureCode = failureCodeOf(set.truth);
  return {
    status: outcomeOf(set.truth.ending),
    ...(failureCode === undefined ? {} : { failureCode }),
    barred: failureCode !== undefined && set.truth.barred && set.checks === 0,
  };
}

/**
 * Makes the vendor of one truth.
 * @param report gets every change set that ends.
 */
export function createVendor(truth: Truth, report: (event: VendorEvent, set: VendorSet) => void): Vendor {
  const sets = new Map<number, VendorSet>();
  let hidden = truth.unlisted ? truth.begun : undefined;
  const last = truth.changeSets.length - 1;
  const complete = (set: VendorSet): void => {
    if (!set.running) return;
    set.running = false;
    const { changeSetId, name } = set;
    report(eventOf(changeSetId, name, outcomeOf(set.truth.ending), failureCodeOf(set.truth)), set);
  };
  const accept = (attempt: number): VendorSet => {
    const set: VendorSet = sets.get(attempt) ?? {
      attempt,
      changeSetId: idOf(attempt),
      name: nameOf(attempt),
      truth: changeSetOf(truth, attempt),
      running: true,
      checks: 0,
      polls: 0,
    };
    sets.set(attempt, set);
    return set;
  };
  for (let attempt = 0; attempt <= truth.begun; attempt += 1) accept(attempt);
  for (const set of sets.values()) if (set.attempt < truth.begun) complete(set);
  return {
    sets,
    creates: truth.creates,
    accept,
    complete,
    find: (changeSetId) => [...sets.values()].find((set) => set.changeSetId === changeSetId),
    check(set, counts) {
      const shown = shownOf(set, truth.misshown && set.attempt === last && set.checks === 0);
      if (counts && !(set.running && shown.status === 'APPLYING')) set.checks += 1;
      return shown;
    },
    listed: () => [...sets.values()].filter(({ attempt }) => attempt > 0 && attempt !== hidden),
    showAll: () => {
      hidden = undefined;
    },
    hide: (attempt) => {
      hidden = attempt;
    },
    hiddenAttempt: () => hidden,
  };
}
