import { ApplicationFailure } from '@temporalio/common';
import { defined } from '../../defined.ts';
import { shapeOf } from '../shared/guards.ts';
import { itemWorkflowId } from '../itemBuyability/contract.ts';
import { backfillItemsDefaults } from './defaults.ts';
import type { BackfillItemsPolicy } from './defaults.ts';
import type { BackfillItemsInput, ItemReference } from './contract.ts';

/** What one run takes: the server takes 2 MB of input, and continuing as new sends it again with the state. */
export const backfillLimits = { items: 10_000, characters: 1_200_000, ratePerSecond: 100 } as const;

/** A list without its repeats. */
export interface BackfillList {
  readonly items: readonly ItemReference[];
  readonly duplicates: number;
}

/** As `events` has it for the ids of Buy with Prime: they end up in paths, queries and workflow ids. */
const safeId = /^(?!\.{1,2}$)[A-Za-z0-9._~-]{1,200}$/;
const safeIdText = '1 to 200 characters of A-Z a-z 0-9 . _ ~ -, and neither . nor ..';
const example = { businessProductId: 'the merchant’s id', items: ['an item’s id', 'another’s'], ratePerSecond: 2 };
const longestWaitMs = 7 * 86_400_000;

function idProblem(value: unknown, field: string): string | undefined {
  if (typeof value === 'string' && safeId.test(value)) return undefined;
  return `"${field}" must be an id of ${safeIdText}, but it is ${shapeOf(value)}`;
}

function itemProblem(item: unknown, index: number, merchant: unknown): string | undefined {
  const field = `items[${index}]`;
  if (typeof item !== 'object' || item === null || Array.isArray(item)) {
    const wrong = idProblem(item, field);
    if (wrong !== undefined || merchant !== undefined) return wrong;
    return `"businessProductId" is missing, and "${field}" names no merchant of its own`;
  }
  const { businessProductId, itemId } = item as Readonly<Record<string, unknown>>;
  return idProblem(businessProductId, `${field}.businessProductId`) ?? idProblem(itemId, `${field}.itemId`);
}

function isBetween(value: unknown, least: number, most: number): boolean {
  return typeof value === 'number' && value >= least && value <= most;
}

function rateProblem(rate: unknown): string | undefined {
  const most = backfillLimits.ratePerSecond;
  if (rate === undefined || (isBetween(rate, 0, most) && rate !== 0)) return undefined;
  const found = typeof rate === 'number' ? rate : shapeOf(rate);
  return `"ratePerSecond" must be a number above 0, up to ${most}, but it is ${found}`;
}

function policyProblem(policy: unknown): string | undefined {
  if (policy === undefined) return undefined;
  if (typeof policy !== 'object' || policy === null) return `"policy" must be an object, but it is ${shapeOf(policy)}`;
  const { burstMs, retryAfterMs } = policy as Readonly<Record<string, unknown>>;
  if (burstMs !== undefined && !isBetween(burstMs, 1, longestWaitMs)) {
    return '"policy.burstMs" must be a number of milliseconds, 1 to 604800000 (a week)';
  }
  const waits = retryAfterMs === undefined ? [] : retryAfterMs;
  if (Array.isArray(waits) && waits.every((wait) => isBetween(wait, 1, longestWaitMs))) return undefined;
  return '"policy.retryAfterMs" must be a list of milliseconds, each 1 to 604800000 (a week)';
}

function listProblem({ items, businessProductId }: Readonly<Record<string, unknown>>): string | undefined {
  if (!Array.isArray(items)) return `"items" must be a list of item ids, but it is ${shapeOf(items)}`;
  if (items.length === 0) return '"items" must name an item at least, but it is an empty list';
  if (items.length > backfillLimits.items) {
    const most = backfillLimits.items.toLocaleString('en-US');
    return `"items" must hold at most ${most}, but it holds ${items.length}. Start several, each with a part of them`;
  }
  for (const [index, item] of items.entries()) {
    const problem = itemProblem(item, index, businessProductId);
    if (problem !== undefined) return problem;
  }
  const characters = JSON.stringify(items).length;
  if (characters <= backfillLimits.characters) return undefined;
  return (
    `"items" must be at most ${backfillLimits.characters} characters of JSON, but it is ${characters}. ` +
    'Start several, each with a part of them'
  );
}

/**
 * Checks what a run is started with, as it may have been typed by hand.
 * @returns a sentence that names the field, what was found and what would be right; undefined where all is well.
 */
export function inputProblem(input: unknown): string | undefined {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    return `The input must be one object, but it is ${shapeOf(input)}`;
  }
  const fields = input as Readonly<Record<string, unknown>>;
  const { businessProductId } = fields;
  const merchant = businessProductId === undefined ? undefined : idProblem(businessProductId, 'businessProductId');
  return merchant ?? listProblem(fields) ?? rateProblem(fields['ratePerSecond']) ?? policyProblem(fields['policy']);
}

/** Refuses to start from an input that cannot be used: the run fails with a sentence that names the field. */
export function requireInput(input: unknown): void {
  const problem = inputProblem(input);
  if (problem === undefined) return;
  throw ApplicationFailure.nonRetryable(`${problem}. For example: ${JSON.stringify(example)}`, 'InvalidInput');
}

/** The items of a right input, each once, in the order of the list. */
export function listOf({ items, businessProductId = '' }: BackfillItemsInput): BackfillList {
  const unique = new Map<string, ItemReference>();
  for (const item of items) {
    const one = typeof item === 'string' ? { businessProductId, itemId: item } : item;
    const key = itemWorkflowId(one.businessProductId, one.itemId);
    if (!unique.has(key)) unique.set(key, { businessProductId: one.businessProductId, itemId: one.itemId });
  }
  return { items: [...unique.values()], duplicates: items.length - unique.size };
}

/** The policy of a right input. */
export function policyOf({ ratePerSecond, policy }: BackfillItemsInput): BackfillItemsPolicy {
  return { ...backfillItemsDefaults, ...policy, ...defined({ ratePerSecond }) };
}
