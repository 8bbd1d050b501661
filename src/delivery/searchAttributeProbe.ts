import { isGrpcServiceError } from '@temporalio/client';
import type { SearchAttributeType } from '@temporalio/common';
import { searchAttributeTypes } from '../workflows/shared/searchAttributes.ts';

/**
 * Asks how many workflows a query finds.
 * @returns false where the server takes it for a wrong query: it names an attribute that is missing or has another type.
 */
export type AskVisibility = (query: string) => Promise<boolean>;

/** What a probe by queries has found. */
export interface ProbedAttributes {
  readonly missing: readonly string[];
  /** Names of those that take no query of their type. */
  readonly mistyped: readonly string[];
}

/** gRPC code by which the server refuses a query over attributes that it does not know, or does not know so. */
const invalidArgument = 3;
/**
 * A Temporal on PostgreSQL has the database compare what the query compares: with a column of another type the database
 * refuses, and Temporal says UNAVAILABLE with its words.
 */
const refusedByDatabase = /pq: (operator does not exist|invalid input syntax for type)/;

/** A query that the server takes of this type alone, as far as one does: a keyword passes for a keyword list and a date. */
const condition: Record<SearchAttributeType, (name: string) => string> = {
  KEYWORD: (name) => `${name} STARTS_WITH 'a'`,
  KEYWORD_LIST: (name) => `${name} IN ('a', 'b')`,
  BOOL: (name) => `${name} = true`,
  INT: (name) => `${name} = 1`,
  DOUBLE: (name) => `${name} = 1.5`,
  DATETIME: (name) => `${name} BETWEEN '2020-01-01T00:00:00Z' AND '2020-01-02T00:00:00Z'`,
  TEXT: (name) => `${name} = 'a'`,
};

/** The way to ask a namespace, by a count: it reads no workflow, and every client that may list may make it. */
export function visibilityOf(
  count: (request: { readonly namespace: string; readonly query: string }) => Promise<unknown>,
  namespace: string,
): AskVisibility {
  return async (query) => {
    try {
      await count({ namespace, query });
      return true;
    } catch (error) {
      const isWrongQuery =
        isGrpcServiceError(error) && (Number(error.code) === invalidArgument || refusedByDatabase.test(error.details));
      if (isWrongQuery) return false;
      throw error;
    }
  };
}

async function refused(names: readonly string[], takes: (name: string) => Promise<boolean>): Promise<string[]> {
  const taken = await Promise.all(names.map(takes));
  return names.filter((_, index) => taken[index] !== true);
}

/**
 * Finds out by queries which of our search attributes are missing, and which have another type: for a client that may not
 * list them. One query where all is well, since Temporal Cloud takes 30 a second of a namespace; a query for each
 * attribute, and one more for each that is not right, where it is not.
 */
export async function probeSearchAttributes(ask: AskVisibility): Promise<ProbedAttributes> {
  const conditions = Object.entries(searchAttributeTypes).map(([name, type]) => [name, condition[type](name)] as const);
  if (await ask(conditions.map(([, query]) => query).join(' AND '))) return { missing: [], mistyped: [] };
  const queries = new Map(conditions);
  const wrong = await refused([...queries.keys()], (name) => ask(queries.get(name) ?? ''));
  const missing = await refused(wrong, (name) => ask(`${name} IS NULL`));
  return { missing, mistyped: wrong.filter((name) => !missing.includes(name)) };
}
