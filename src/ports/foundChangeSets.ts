import type { ListedChangeSet } from '../events/fromListing.ts';
import type { FoundBy } from '../workflows/changeSetRemediation/messages.ts';
import type { CatalogScope } from './marketplaceCatalog.ts';

/** What is known of a listed change set. */
export type Standing =
  | { readonly standing: 'unknown' }
  /** A workflow has it, open or closed. `foundBy`: the backfill that started that workflow. */
  | { readonly standing: 'known'; readonly workflowId: string; readonly foundBy?: string };

/** The way to the change sets' workflows for what a listing shows: backfill and reconciliation. */
export interface FoundChangeSets {
  /**
   * Whether a workflow has the change set already: its own, or the lineage that its name points at and that counts it.
   * One that somebody terminated has it too: nothing is begun again behind a person's back.
   * @throws a failure of type Unreachable where Temporal does not tell.
   */
  standingOf(scope: CatalogScope, row: ListedChangeSet): Promise<Standing>;
  /**
   * Hands the outcome to its workflow by the same routing and delivering as an event.
   * @param foundBy stays with a workflow that this starts; absent for a finding that is to be handled as its event.
   * @returns the workflow that took it.
   * @throws Unreachable where Temporal does not take it; NotConfigured where routing knows no such account or catalog;
   * RequestRejected where the row is of no change set that has ended.
   */
  deliver(scope: CatalogScope, row: ListedChangeSet, foundBy?: FoundBy): Promise<string>;
}

/** The finding that opened a workflow. */
interface LineageOpening {
  readonly backfillId: string;
  /** The change set that was found: the origin of the lineage, or a successor of an origin that nothing told of. */
  readonly changeSetId: string;
}

/** What tells whose finding opened a lineage. */
export interface LineageOpenings {
  /**
   * The finding that opened the newest run of a workflow; undefined where something else did.
   * @throws a failure of type Unreachable where Temporal does not tell.
   */
  openingOf(workflowId: string): Promise<LineageOpening | undefined>;
}
