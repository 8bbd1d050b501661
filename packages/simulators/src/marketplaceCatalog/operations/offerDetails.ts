import { defined } from '../../defined.ts';
import type { StoredEntity } from '../store.ts';
import { typeName } from '../store.ts';

const calendarDate = /^\d{4}-\d\d-\d\d$/;

/** What UpdateAvailability was given as a date is shown as the last millisecond of that day, as the vendor does. */
function shownDate(given: unknown): string | undefined {
  if (typeof given !== 'string') return undefined;
  return calendarDate.test(given) ? `${given}T23:59:59.999Z` : given;
}

/**
 * The details of an offer that was put without any, by what its summary shows: the vendor has the state among the details,
 * and the end in a rule of the type AvailabilityRule. An entity of any other type keeps its empty details.
 */
export function offerDetails({ id, type, name, summary }: StoredEntity): string {
  if (typeName(type) !== 'Offer') return '{}';
  const endDate = shownDate(summary['AvailabilityEndDate']);
  const { State, ProductId } = summary;
  return JSON.stringify({
    Id: id,
    Name: name,
    ...defined({ State, ProductId }),
    Rules: endDate === undefined ? [] : [{ Type: 'AvailabilityRule', AvailabilityEndDate: endDate }],
  });
}
