import type { Client } from '@temporalio/client';
import type { CatalogScope } from '../vendors/marketplaceCatalog/port.ts';
import type { ListedChangeSet } from '../workflows/shared/listedChangeSet.ts';
import { startOrThrow } from './deliver.ts';
import type { RouteContext } from './delivery.ts';
import { runningChangeSetStart } from './routing/routeChangeSet.ts';

/** Opens the workflows of change sets that no event has reported, since AWS still works on them. */
export interface LateChangeSets {
  /**
   * Starts the workflow of a change set that runs; where there is one already, nothing happens.
   * @returns its id.
   * @throws a failure of type Unreachable where Temporal does not take it.
   */
  open(scope: CatalogScope, row: ListedChangeSet): Promise<string>;
}

/** Makes a {@link LateChangeSets}. */
export function createLateChangeSets(client: Client, context: RouteContext): LateChangeSets {
  return { open: (scope, row) => startOrThrow(client, runningChangeSetStart(scope, row, context)) };
}
