import { subjectOf } from '../shared/subjects.ts';
import type { ItemStateName } from './contract.ts';

const matters: Readonly<Record<ItemStateName, string>> = {
  BUYABLE: 'buyable',
  NOT_BUYABLE: 'not buyable',
  INVALID_PRODUCT: 'no such product',
  UNVERIFIED: 'not verified',
  UNKNOWN: 'unknown',
  querying: 'queried',
  awaitingAccess: 'access refused',
};

/** The subject of an item: its id, since nothing that the steward reads of it names it. */
export function itemSubject(itemId: string, state: ItemStateName): string {
  return subjectOf([itemId], matters[state]);
}
