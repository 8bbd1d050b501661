import { defined } from '../../../defined.ts';
import { noted, stay } from '../../shared/transition.ts';
import type { ProductRecord, QueryAnswer } from '../contract.ts';
import type { Completing, ItemCase, ItemContext, ItemTransition, Watching } from '../state.ts';
import { onSameTime } from './eventData.ts';
import {
  knownStatus,
  moveToVerdict,
  notifyNotBuyable,
  report,
  resolveNotice,
  startQuery,
  withProduct,
} from './verdicts.ts';

function isCurrent({ phase }: ItemCase, query: number): boolean {
  return 'query' in phase && /* guard */ phase.query === query;
}

/**
 * Dates the item by an answer to its current query: by when the query was sent, and never before what was known then,
 * since an answer is newer than the data that led to the query, whatever the clocks of the vendor and of the worker say.
 */
function dated(item: ItemCase, askedAt: string): ItemCase {
  const atMs = Math.max(Date.parse(askedAt), knownMs(item));
  return { ...item, asOf: new Date(atMs).toISOString() };
}

function knownMs({ asOf }: ItemCase): number {
  return asOf === undefined ? Number.NEGATIVE_INFINITY : Date.parse(asOf);
}

/** No answer said anything: the workflow concludes only that. */
function concludeUnverified(item: ItemCase, sentence: string): ItemTransition {
  const { phase } = item;
  const open = phase.name === 'querying' || phase.name === 'awaitingAccess' ? phase.dueTo : 'noData';
  const watching: Watching = {
    name: 'watching',
    verdict: 'UNVERIFIED',
    ...defined({ unanswered: /* guard */ open === 'noData' ? undefined : open }),
  };
  const watched = noted({ ...item, phase: watching }, sentence);
  return report(watched, { about: 'UNVERIFIED', severity: 'warning', lines: [sentence] });
}

/**
 * The answer that ends the queries: a status, whenever it comes, or the last check of the window. Where the service also
 * failed or throttled in that window, this last answer alone decides.
 */
function onQueried(item: ItemCase, query: number, answer: QueryAnswer, { policy, nowMs }: ItemContext): ItemTransition {
  const { askedAt, product } = answer;
  const known = withProduct(dated(item, askedAt), product);
  const status = knownStatus(product);
  if (status !== undefined) return moveToVerdict(known, status, 'query');
  if (product === undefined) {
    const untilMs = nowMs + policy.verifyForMs;
    const verifying: ItemCase = { ...known, phase: { name: 'verifying', query, fromMs: nowMs, untilMs } };
    return report(verifying, { about: 'INVALID_PRODUCT', severity: 'warning', lines: [] });
  }
  const said = product.buyabilityStatus === undefined ? 'no status' : `the status ${product.buyabilityStatus}`;
  return concludeUnverified(known, `Buy with Prime knows the product, with ${said}.`);
}

/** The first answer after a refusal: the window begins now, unless a status makes it needless. */
function onAllowed(item: ItemCase, { askedAt, product }: QueryAnswer, context: ItemContext): ItemTransition {
  const status = knownStatus(product);
  if (/* guard */ status !== undefined)
    return moveToVerdict(withProduct(dated(item, askedAt), product), status, 'query');
  const dueTo = item.phase.name === 'awaitingAccess' ? item.phase.dueTo : 'noData';
  return startQuery(withProduct(item, product), dueTo, context);
}

/** True where an event that is no older than the query came before its answer: the answer cannot contradict it. */
function isOvertaken(item: ItemCase, { since }: Completing, askedAt: string): boolean {
  return item.asOf !== since && /* guard */ Date.parse(askedAt) <= knownMs(item);
}

/** The event's own data stay; the answer adds what they lacked, and replaces them where it says BUYABLE. */
function onCompleted(
  item: ItemCase,
  phase: Completing,
  { askedAt, product }: QueryAnswer,
  context: ItemContext,
): ItemTransition {
  if (product === undefined) return notifyNotBuyable(item, ['A query did not find the product.']);
  const status = knownStatus(product);
  const overtaken = isOvertaken(item, phase, askedAt);
  if (status === 'BUYABLE' && !overtaken) {
    const buyable = withProduct(dated(item, askedAt), product);
    return moveToVerdict(
      noted(buyable, 'A query showed BUYABLE before the notice of NOT_BUYABLE went out.'),
      status,
      'query',
    );
  }
  if (status === 'BUYABLE' && Date.parse(askedAt) === knownMs(item)) return onSameTime(item, status, product, context);
  const completed: ProductRecord = { ...product, ...item.product };
  return notifyNotBuyable({
    ...(overtaken || /* guard */ status === undefined ? item : dated(item, askedAt)),
    product: completed,
  });
}

/** The product exists again, perhaps with a status: INVALID_PRODUCT does not hold any more. */
function onFoundAgain(item: ItemCase, { askedAt, product }: QueryAnswer, context: ItemContext): ItemTransition {
  const found = withProduct(dated(item, askedAt), product);
  const status = knownStatus(product);
  if (status !== undefined) return moveToVerdict(found, status, 'query');
  const resolved = resolveNotice(found, 'found again; its status is being queried');
  return { ...startQuery(resolved.state, 'noData', context), notices: resolved.notices };
}

/** Takes the answer to a query; an answer that comes too late counts by its date. */
export function onAnswered(item: ItemCase, query: number, answer: QueryAnswer, context: ItemContext): ItemTransition {
  const { phase } = item;
  if (!isCurrent(item, query)) return onLateAnswer(item, answer, context);
  switch (phase.name) {
    case 'querying':
      return onQueried(item, query, answer, context);
    case 'awaitingAccess':
      return onAllowed(item, answer, context);
    case 'completing':
      return onCompleted(item, phase, answer, context);
    case 'verifying':
      return answer.product === undefined ? stay(dated(item, answer.askedAt)) : onFoundAgain(item, answer, context);
    default:
      return stay(item);
  }
}

/** An answer to a query that a newer event replaced in the same moment: only its date makes it count. */
function onLateAnswer(item: ItemCase, { askedAt, product }: QueryAnswer, context: ItemContext): ItemTransition {
  const { phase } = item;
  const status = knownStatus(product);
  const askedMs = Date.parse(askedAt);
  const cancelled = phase.name === 'ended' && phase.cancelled;
  if (cancelled || /* guard */ status === undefined || /* guard */ askedMs < knownMs(item)) return stay(item);
  if (askedMs === knownMs(item)) return onSameTime(item, status, product, context);
  return moveToVerdict(withProduct({ ...item, asOf: askedAt }, product), status, 'query');
}

/** Takes a refused query: a permission, credentials or configuration is missing. */
export function onDenied(item: ItemCase, query: number, sentence: string, { nowMs }: ItemContext): ItemTransition {
  const { phase } = item;
  if (phase.name !== 'querying' || phase.query !== query) return onUnanswered(item, query, sentence);
  const asked = item.queries + 1;
  const since = new Date(nowMs).toISOString();
  return stay({
    ...item,
    queries: asked,
    phase: { name: 'awaitingAccess', query: asked, dueTo: phase.dueTo, since, sentence },
  });
}

/** Takes a query that got no answer in time. */
export function onUnanswered(item: ItemCase, query: number, sentence: string): ItemTransition {
  if (!isCurrent(item, query)) return stay(item);
  switch (item.phase.name) {
    case 'querying':
    case 'awaitingAccess':
      return concludeUnverified(item, sentence);
    case 'completing':
      return notifyNotBuyable(item, [`The product query failed: ${sentence}`]);
    default:
      return stay(noted(item, sentence));
  }
}
