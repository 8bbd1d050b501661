import { stay } from '../../shared/transition.ts';
import type { ProductRecord } from '../contract.ts';
import { openingNotice, resolutionNotice, type Opening } from '../notices.ts';
import type { ItemCase, ItemContext, ItemTransition, Question } from '../state.ts';

/** The statuses that say something; UNKNOWN and new ones do not (seed document: the field is a String). */
export type KnownStatus = 'BUYABLE' | 'NOT_BUYABLE';

/** A status or a state where it says something. */
export function known(status: string | undefined): KnownStatus | undefined {
  return status === 'BUYABLE' || status === 'NOT_BUYABLE' ? status : undefined;
}

/** The vendor's status where it says something. */
export function knownStatus(product: ProductRecord | undefined): KnownStatus | undefined {
  return known(product?.buyabilityStatus);
}

/** What names the product stays known where a newer record lacks it; its status and offer do not. */
export function withProduct(item: ItemCase, product: ProductRecord | undefined): ItemCase {
  if (product === undefined) return item;
  const { buyabilityStatus: _status, offerPrime: _offer, ...names } = item.product ?? {};
  return { ...item, product: { ...names, ...product } };
}

/** Begins a query, with a window of its own, whatever the workflow did before. */
export function startQuery(item: ItemCase, dueTo: Question, { policy, nowMs }: ItemContext): ItemTransition {
  const query = item.queries + 1;
  const untilMs = nowMs + policy.queryWithinMs;
  return stay({ ...item, queries: query, phase: { name: 'querying', query, untilMs, dueTo } });
}

/** Closes the open notice, where there is one: what it says does not hold any more. */
export function resolveNotice(item: ItemCase, now: string): ItemTransition {
  const { openNotice, ...rest } = item;
  return /* guard */ openNotice === undefined
    ? stay(item)
    : { state: rest, notices: [resolutionNotice(rest, openNotice, now)] };
}

/** When what is known was true; else the time of the event that led here. */
const datedBy = ({ asOf, ledBy }: ItemCase): string => asOf ?? ledBy;

/** An opening; the item's own date counts where it names none. */
type Report = Omit<Opening, 'since'> & Partial<Pick<Opening, 'since'>>;

/** Opens a notice, unless operators have one about the same already; it closes one about something else. */
export function report(item: ItemCase, { about, severity, lines, since = datedBy(item) }: Report): ItemTransition {
  if (/* guard */ item.openNotice?.about === about) return stay(item);
  const before = resolveNotice(item, about);
  const numbered: ItemCase = { ...before.state, noticesOpened: item.noticesOpened + 1 };
  const notice = openingNotice(numbered, { about, severity, since, lines });
  return {
    state: { ...numbered, openNotice: { id: notice.id, about, since, needsDecision: severity !== 'information' } },
    notices: [...before.notices, notice],
  };
}

/** NOT_BUYABLE with all that can be known of it: the notice goes out. `offerPrime` false: the merchant meant it. */
export function notifyNotBuyable(item: ItemCase, lines: readonly string[] = []): ItemTransition {
  const { phase } = item;
  const watched: ItemCase =
    phase.name === 'watching' && phase.verdict === 'NOT_BUYABLE'
      ? item
      : { ...item, phase: { name: 'watching', verdict: 'NOT_BUYABLE' } };
  const severity = item.product?.offerPrime === false ? 'information' : 'warning';
  const since = phase.name === 'completing' ? phase.since : datedBy(item);
  return report(watched, { about: 'NOT_BUYABLE', severity, since, lines });
}

function becomeBuyable(item: ItemCase): ItemTransition {
  const lingering: ItemCase = item.phase.name === 'lingering' ? item : { ...item, phase: { name: 'lingering' } };
  return resolveNotice(lingering, 'BUYABLE');
}

/** What a status leads to; the item already holds the product and the time that go with it. */
export function moveToVerdict(item: ItemCase, status: KnownStatus, from: 'event' | 'query'): ItemTransition {
  if (status === 'BUYABLE') return becomeBuyable(item);
  if (from === 'query' || item.openNotice?.about === 'NOT_BUYABLE') return notifyNotBuyable(item);
  if (item.phase.name === 'completing') return stay(item);
  const query = item.queries + 1;
  return stay({ ...item, queries: query, phase: { name: 'completing', query, since: datedBy(item) } });
}
