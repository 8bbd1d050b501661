import { defined } from '../../defined.ts';
import { itemWorkflowId, type ItemReference } from '../itemBuyability/contract.ts';
import { dayMs } from '../shared/durations.ts';
import {
  isBetween,
  isObject,
  problemOf,
  refuseInput,
  requireReadable,
  textProblem,
  wrong,
  type Fields,
} from '../shared/input.ts';
import type { BackfillItemsInput } from './contract.ts';
import type { BackfillItemsPolicy } from './policyValues.ts';

/** What one run takes: the server takes 2 MB of input, and continue-as-new repeats it with the state. */
export const backfillLimits = { items: 10_000, characters: 1_200_000, ratePerSecond: 100 } as const;

/** A list without its repeats. */
export interface BackfillList {
  readonly items: readonly ItemReference[];
  readonly duplicates: number;
}

/** As `events` has it for the ids of Buy with Prime: they end up in paths, queries and workflow ids. */
const safeId = /^(?!\.{1,2}$)[A-Za-z0-9._~-]{1,200}$/;
const safeIdText = 'an id of 1 to 200 characters of A-Z a-z 0-9 . _ ~ -, and neither . nor ..';
/** A right input, for the sentence on a wrong one. */
export const exampleInput = {
  businessProductId: 'the merchant’s id',
  items: ['an item’s id', 'another’s'],
  ratePerSecond: 2,
};
const longestWaitMs = 7 * dayMs;
const splitAdvice = 'Start several backfills, each with a part of the list';

function idProblem(field: string, value: unknown): string | undefined {
  return textProblem(field, value, safeId, safeIdText);
}

function itemProblem(item: unknown, index: number, merchant: unknown): string | undefined {
  const field = `items[${index}]`;
  if (isObject(item)) {
    const { businessProductId, itemId } = item;
    return idProblem(`${field}.businessProductId`, businessProductId) ?? idProblem(`${field}.itemId`, itemId);
  }
  const problem = idProblem(field, item);
  if (problem !== undefined || merchant !== undefined) return problem;
  return `"businessProductId" is missing, and "${field}" names no merchant of its own`;
}

function rateProblem(ratePerSecond: unknown, field = 'ratePerSecond'): string | undefined {
  const most = backfillLimits.ratePerSecond;
  if (ratePerSecond === undefined || (isBetween(ratePerSecond, 0, most) && ratePerSecond !== 0)) return undefined;
  return wrong(field, `a number above 0, up to ${most}`, ratePerSecond);
}

function policyProblem({ policy = {} }: Fields): string | undefined {
  if (!isObject(policy)) return wrong('policy', 'an object', policy);
  const { burstMs = 1, retryAfterMs = [], ratePerSecond } = policy;
  const rate = rateProblem(ratePerSecond, 'policy.ratePerSecond');
  if (rate !== undefined) return rate;
  if (!isBetween(burstMs, 1, longestWaitMs)) {
    return wrong('policy.burstMs', 'a number of milliseconds, 1 to 604800000 (a week)', burstMs);
  }
  if (Array.isArray(retryAfterMs) && retryAfterMs.every((wait) => isBetween(wait, 1, longestWaitMs))) return undefined;
  return wrong('policy.retryAfterMs', 'a list of milliseconds, each 1 to 604800000 (a week)', retryAfterMs);
}

function listProblem({ items, businessProductId }: Fields): string | undefined {
  if (!Array.isArray(items)) return wrong('items', 'a list of item ids', items);
  if (items.length === 0) return '"items" must name at least one item, but it is an empty list';
  if (items.length > backfillLimits.items) {
    const most = backfillLimits.items.toLocaleString('en-US');
    return `"items" must hold at most ${most}, but it holds ${items.length}. ${splitAdvice}`;
  }
  for (const [index, item] of items.entries()) {
    const problem = itemProblem(item, index, businessProductId);
    if (problem !== undefined) return problem;
  }
  const characters = JSON.stringify(items).length;
  if (characters <= backfillLimits.characters) return undefined;
  return `"items" must be at most ${backfillLimits.characters} characters of JSON, but it is ${characters}. ${splitAdvice}`;
}

/**
 * Checks what a run is started with, as somebody may have typed it by hand.
 * @returns a sentence that names the field, what was found and what would be right; undefined where all is well.
 */
export function inputProblem(input: unknown): string | undefined {
  return problemOf(input, (fields) => {
    const { businessProductId } = fields;
    const merchant = businessProductId === undefined ? undefined : idProblem('businessProductId', businessProductId);
    return merchant ?? listProblem(fields) ?? rateProblem(fields['ratePerSecond']) ?? policyProblem(fields);
  });
}

/** Fails the run where its input cannot be used, with a sentence that names the field. */
export function requireInput(input: unknown): void {
  requireReadable(input, exampleInput);
  const problem = inputProblem(input);
  if (problem !== undefined) refuseInput(problem, exampleInput);
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

/** The values of the policy that a right input has. */
export function givenPolicy({ ratePerSecond, policy }: BackfillItemsInput): Partial<BackfillItemsPolicy> {
  return { ...policy, ...defined({ ratePerSecond }) };
}
