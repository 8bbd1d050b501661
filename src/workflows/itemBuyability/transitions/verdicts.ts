import type { Notice } from '../../shared/notices.ts';
import type { ProductRecord } from '../contract.ts';
import { openingNotice, resolutionNotice } from '../notices.ts';
import type { OpenNotice, Question } from '../phases.ts';
import type { ItemCase, ItemContext, ItemTransition } from '../state.ts';

/** Notes that are kept; what is older can be read in the history. */
const keptNotes = 20;

/** The statuses that say something; UNKNOWN and words not known yet do not (seed document: the field is a String). */
export type KnownStatus = 'BUYABLE' | 'NOT_BUYABLE';

/** The vendor's status where it says something. */
export function knownStatus(product: ProductRecord | undefined): KnownStatus | undefined {
  const status = product?.buyabilityStatus;
  return status === 'BUYABLE' || status === 'NOT_BUYABLE' ? status : undefined;
}

/** Nothing to send. */
export const stay = (item: ItemCase): ItemTransition => ({ item, notices: [] });

/** Adds a note for operators, once. */
export function noted(item: ItemCase, note: string): ItemCase {
  return item.notes.includes(note) ? item : { ...item, notes: [...item.notes, note].slice(-keptNotes) };
}

/** What names the product stays known where a newer record lacks it; its status and offer do not. */
export function withProduct(item: ItemCase, product: ProductRecord | undefined): ItemCase {
  if (product === undefined) return item;
  const { buyabilityStatus: _status, offerPrime: _offer, ...names } = item.product ?? {};
  return { ...item, product: { ...names, ...product } };
}

/** Asks for the product, with a window of its own, whatever was asked before. */
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
    : { item: rest, notices: [resolutionNotice(rest, openNotice, now)] };
}

/** What a notice is to say. */
interface Reporting {
  readonly about: OpenNotice['about'];
  readonly severity: Notice['severity'];
  /** ISO 8601; what the item is dated by where it is left out. */
  readonly since?: string | undefined;
  readonly lines: readonly string[];
}

/** Opens a notice, unless operators have one about the same already; one about something else is closed by it. */
export function tell(item: ItemCase, telling: Reporting): ItemTransition {
  const { about, severity, lines, since = item.asOf ?? item.ledBy } = telling;
  if (/* guard */ item.openNotice?.about === about) return stay(item);
  const before = resolveNotice(item, about);
  const numbered: ItemCase = { ...before.item, noticesOpened: item.noticesOpened + 1 };
  const notice = openingNotice(numbered, { about, severity, since, lines });
  return {
    item: { ...numbered, openNotice: { id: notice.id, about, since, needsDecision: severity !== 'information' } },
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
  const since = phase.name === 'completing' ? phase.since : undefined;
  return tell(watched, { about: 'NOT_BUYABLE', severity, since, lines });
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
  return stay({ ...item, queries: query, phase: { name: 'completing', query, since: item.asOf ?? item.ledBy } });
}
