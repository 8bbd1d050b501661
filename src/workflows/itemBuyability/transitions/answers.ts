import { defined } from '../../../defined.ts';
import type { QueryAnswer } from '../../../activities/itemBuyability/index.ts';
import type { ProductRecord } from '../contract.ts';
import type { Completing, Watching } from '../phases.ts';
import type { ItemCase, ItemContext, ItemTransition } from '../state.ts';
import {
  knownStatus,
  noted,
  resolveNotice,
  startQuery,
  stay,
  tell,
  notifyNotBuyable,
  moveToVerdict,
  withProduct,
} from './verdicts.ts';
import { onSameTime } from './eventData.ts';

function isCurrent({ phase }: ItemCase, query: number): boolean {
  return 'query' in phase && /* guard */ phase.query === query;
}

/**
 * Dates the item by an answer to what it asks now: by when the query was sent, and never before what was known then,
 * since an answer is newer than what it was asked for, whatever the clocks of the vendor and of the worker say.
 */
function dated(item: ItemCase, askedAt: string): ItemCase {
  const atMs = Math.max(Date.parse(askedAt), knownMs(item));
  return { ...item, asOf: new Date(atMs).toISOString() };
}

function knownMs({ asOf }: ItemCase): number {
  return asOf === undefined ? Number.NEGATIVE_INFINITY : Date.parse(asOf);
}

/** Without an answer that says anything, nothing is concluded but that. */
function concludeUnverified(item: ItemCase, sentence: string): ItemTransition {
  const { phase } = item;
  const open = phase.name === 'querying' || phase.name === 'awaitingAccess' ? phase.dueTo : 'noData';
  const watching: Watching = {
    name: 'watching',
    verdict: 'UNVERIFIED',
    ...defined({ unanswered: /* guard */ open === 'noData' ? undefined : open }),
  };
  const watched = noted({ ...item, phase: watching }, sentence);
  return tell(watched, { about: 'UNVERIFIED', severity: 'warning', lines: [sentence] });
}

/**
 * The answer that ends the questions: a status, whenever it comes, or the last check of the window. Of a window in which
 * the service also failed or throttled, this last answer alone decides.
 */
function onQueried(item: ItemCase, query: number, answer: QueryAnswer, { nowMs }: ItemContext): ItemTransition {
  const { askedAt, product } = answer;
  const told = withProduct(dated(item, askedAt), product);
  const status = knownStatus(product);
  if (status !== undefined) return moveToVerdict(told, status, 'query');
  if (product === undefined) {
    const verifying: ItemCase = { ...told, phase: { name: 'verifying', query, fromMs: nowMs } };
    return tell(verifying, { about: 'INVALID_PRODUCT', severity: 'warning', lines: [] });
  }
  const said = product.buyabilityStatus === undefined ? 'no status' : `the status ${product.buyabilityStatus}`;
  return concludeUnverified(told, `Buy with Prime knows the product, with ${said}.`);
}

/** The first answer after a refusal: the window begins now, unless a status makes it needless. */
function onAllowed(item: ItemCase, { askedAt, product }: QueryAnswer, context: ItemContext): ItemTransition {
  const status = knownStatus(product);
  if (/* guard */ status !== undefined)
    return moveToVerdict(withProduct(dated(item, askedAt), product), status, 'query');
  const dueTo = item.phase.name === 'awaitingAccess' ? item.phase.dueTo : 'noData';
  return startQuery(withProduct(item, product), dueTo, context);
}

/** An event that came meanwhile and is no older than the question: the answer cannot speak against it. */
function isOvertaken(item: ItemCase, { since }: Completing, askedAt: string): boolean {
  return item.asOf !== since && /* guard */ Date.parse(askedAt) <= knownMs(item);
}

/** The event's own words stay; the answer adds what they lacked, and takes their place where it says BUYABLE. */
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

/** The product is there again, perhaps with a status: that it is not valid does not hold any more. */
function onFoundAgain(item: ItemCase, { askedAt, product }: QueryAnswer, context: ItemContext): ItemTransition {
  const found = withProduct(dated(item, askedAt), product);
  const status = knownStatus(product);
  if (status !== undefined) return moveToVerdict(found, status, 'query');
  const resolved = resolveNotice(found, 'found again, and its status is asked for');
  return { ...startQuery(resolved.item, 'noData', context), notices: resolved.notices };
}

/** Takes the answer to a query; one that is not awaited any more counts by its date. */
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

/** An answer whose question was dropped in the same moment, for a newer event: only its date makes it count. */
function onLateAnswer(item: ItemCase, { askedAt, product }: QueryAnswer, context: ItemContext): ItemTransition {
  const { phase } = item;
  const status = knownStatus(product);
  const askedMs = Date.parse(askedAt);
  const cancelled = phase.name === 'ended' && phase.cancelled;
  if (cancelled || /* guard */ status === undefined || /* guard */ askedMs < knownMs(item)) return stay(item);
  if (askedMs === knownMs(item)) return onSameTime(item, status, product, context);
  return moveToVerdict(withProduct({ ...item, asOf: askedAt }, product), status, 'query');
}

/** Takes that a permission, the credentials or the configuration keep the product from being asked for. */
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

/** Takes that a query brought no answer in its time. */
export function onUnanswered(item: ItemCase, query: number, sentence: string): ItemTransition {
  if (!isCurrent(item, query)) return stay(item);
  switch (item.phase.name) {
    case 'querying':
    case 'awaitingAccess':
      return concludeUnverified(item, sentence);
    case 'completing':
      return notifyNotBuyable(item, [`The product could not be asked for: ${sentence}`]);
    default:
      return stay(noted(item, sentence));
  }
}
