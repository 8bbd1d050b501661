import type { QueryAnswer } from '../../activities/items.ts';
import type { ProductRecord } from './messages.ts';
import type { ItemCase, ItemContext, ItemTransition } from './state.ts';
import { knownStatus, noted, startQuery, stay, tell, tellNotBuyable, turnTo, withProduct } from './turns.ts';

function isCurrent({ phase }: ItemCase, query: number): boolean {
  return 'query' in phase && phase.query === query;
}

/**
 * Dates the item by an answer to what it asks now. The answer is newer than all that was known when it was asked for,
 * whatever the clocks of the vendor, the server and the worker say.
 */
function dated(item: ItemCase, askedAt: string, { nowMs }: ItemContext): ItemCase {
  const knownMs = item.asOf === undefined ? Number.NEGATIVE_INFINITY : Date.parse(item.asOf);
  const atMs = Math.max(Date.parse(askedAt), Math.min(knownMs, nowMs));
  return { ...item, asOf: new Date(atMs).toISOString() };
}

/** Without an answer that says anything, nothing is concluded but that. */
function concludeUnverified(item: ItemCase, sentence: string): ItemTransition {
  const watched: ItemCase = { ...item, phase: { name: 'watching', verdict: 'UNVERIFIED' } };
  return tell(noted(watched, sentence), 'UNVERIFIED', 'warning', [sentence]);
}

/** The last look of the window, or a status that came before it. */
function onQueried(item: ItemCase, query: number, answer: QueryAnswer, context: ItemContext): ItemTransition {
  const { askedAt, product } = answer;
  const told = withProduct(dated(item, askedAt, context), product);
  const status = knownStatus(product);
  if (status !== undefined) return turnTo(told, status, 'query');
  if (product === undefined) {
    const verifying: ItemCase = { ...told, phase: { name: 'verifying', query, fromMs: context.nowMs } };
    return tell(verifying, 'INVALID_PRODUCT', 'warning', []);
  }
  const said = product.buyabilityStatus === undefined ? 'no status' : `the status ${product.buyabilityStatus}`;
  return concludeUnverified(told, `Buy with Prime knows the product, with ${said}.`);
}

/** The event's own words stay; the answer adds what they lacked, and takes their place where it says BUYABLE. */
function onCompleted(item: ItemCase, { askedAt, product }: QueryAnswer, context: ItemContext): ItemTransition {
  if (product === undefined) return tellNotBuyable(item, ['A query did not find the product.']);
  const status = knownStatus(product);
  if (status === 'BUYABLE') {
    const buyable = withProduct(dated(item, askedAt, context), product);
    return turnTo(noted(buyable, 'A query showed BUYABLE before the notice of NOT_BUYABLE went out.'), status, 'query');
  }
  const completed: ProductRecord = { ...product, ...item.product };
  return tellNotBuyable({ ...(status === undefined ? item : dated(item, askedAt, context)), product: completed });
}

/** Takes the answer to a query; one that is not awaited any more counts by its date. */
export function onAnswered(item: ItemCase, query: number, answer: QueryAnswer, context: ItemContext): ItemTransition {
  const { phase } = item;
  const status = knownStatus(answer.product);
  if (!isCurrent(item, query)) return onLateAnswer(item, answer);
  switch (phase.name) {
    case 'querying':
      return onQueried(item, query, answer, context);
    case 'completing':
      return onCompleted(item, answer, context);
    case 'verifying': {
      if (answer.product === undefined) return stay(dated(item, answer.askedAt, context));
      const found = withProduct(dated(item, answer.askedAt, context), answer.product);
      return status === undefined ? startQuery(found, 'noData', context) : turnTo(found, status, 'query');
    }
    default:
      return stay(item);
  }
}

/** An answer whose question was dropped in the same moment, for a newer event: only a later date makes it count. */
function onLateAnswer(item: ItemCase, { askedAt, product }: QueryAnswer): ItemTransition {
  const status = knownStatus(product);
  const later = item.asOf === undefined || Date.parse(askedAt) > Date.parse(item.asOf);
  if (status === undefined || !later || (item.phase.name === 'ended' && item.phase.cancelled)) return stay(item);
  return turnTo(withProduct({ ...item, asOf: askedAt }, product), status, 'query');
}

/** Takes that a permission, the credentials or the configuration keep the product from being asked for. */
export function onDenied(item: ItemCase, query: number, sentence: string): ItemTransition {
  const { phase } = item;
  if (phase.name !== 'querying' || phase.query !== query) return onUnanswered(item, query, sentence);
  if (phase.denied) return concludeUnverified(item, sentence);
  const slower: ItemCase = {
    ...noted(item, sentence),
    queries: item.queries + 1,
    phase: { ...phase, query: item.queries + 1, denied: true },
  };
  return tell(slower, 'UNVERIFIED', 'critical', [sentence]);
}

/** Takes that a query brought no answer in its time. */
export function onUnanswered(item: ItemCase, query: number, sentence: string): ItemTransition {
  if (!isCurrent(item, query)) return stay(item);
  switch (item.phase.name) {
    case 'querying':
      return concludeUnverified(item, sentence);
    case 'completing':
      return tellNotBuyable(item, [`The product could not be asked for: ${sentence}`]);
    default:
      return stay(noted(item, sentence));
  }
}
