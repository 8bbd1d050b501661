import { setTimeout as wait } from 'node:timers/promises';
import { isGrpcServiceError, type OperatorService, type WorkflowService } from '@temporalio/client';
import { SearchAttributeType } from '@temporalio/common';
import { encodeSearchAttributeIndexedValueType } from '@temporalio/common/lib/search-attributes.js';
import { searchAttributeTypes } from '../workflows/shared/searchAttributes.ts';
import { probeSearchAttributes, visibilityOf, type AskVisibility } from './searchAttributeProbe.ts';

/** A connection of either kind, the client's or the worker's. */
interface TemporalAccess {
  readonly operatorService: OperatorService;
  readonly workflowService: WorkflowService;
}

/** How the namespace's search attributes differ from those that workflows are started with. */
export interface SearchAttributeGaps {
  readonly missing: readonly string[];
  /** One sentence for each that exists with another type. */
  readonly mistyped: readonly string[];
}

/** A search attribute exists with a type that it cannot be used with; somebody has to remove or rename it. */
export class SearchAttributeTypeError extends Error {
  override readonly name = 'SearchAttributeTypeError';
}

/** gRPC codes by which a server says that this client may not ask: Temporal Cloud's operator service is nobody's. */
const mayNot: ReadonlySet<number> = new Set([7, 12, 16]); // PERMISSION_DENIED, UNIMPLEMENTED, UNAUTHENTICATED
/** Servers read a namespace's attributes again every few seconds. */
const knownWithinMs = 30_000;
const recheckMs = 100;

function isRefusal(error: unknown): boolean {
  return isGrpcServiceError(error) && mayNot.has(Number(error.code));
}

/** The SDK's own name of a type as the operator service numbers it. */
function typeName(value: number): string {
  const known = Object.values(SearchAttributeType).find(
    (type) => encodeSearchAttributeIndexedValueType(type) === value,
  );
  return known ?? `type number ${value}`;
}

function asker({ workflowService }: TemporalAccess, namespace: string): AskVisibility {
  return visibilityOf((request) => workflowService.countWorkflowExecutions(request), namespace);
}

function wrongType(name: string, namespace: string, found: string): string {
  const expected = new Map<string, string>(Object.entries(searchAttributeTypes)).get(name);
  return `Search attribute ${name} of namespace ${namespace} has ${found}, expected ${expected}`;
}

/** By queries, which say less: a keyword passes for a keyword list. */
async function probedGaps(connection: TemporalAccess, namespace: string): Promise<SearchAttributeGaps> {
  const { missing, mistyped } = await probeSearchAttributes(asker(connection, namespace));
  return { missing, mistyped: mistyped.map((name) => wrongType(name, namespace, 'another type')) };
}

/**
 * Compares the namespace's search attributes with ours. Types are compared because adding an attribute again with
 * another type is accepted in silence, and every start that carries it is refused from then on. Where this client may not
 * list them, as on Temporal Cloud, queries show what is missing.
 */
export async function searchAttributeGaps(connection: TemporalAccess, namespace: string): Promise<SearchAttributeGaps> {
  let known: { [name: string]: number } = {};
  try {
    known = (await connection.operatorService.listSearchAttributes({ namespace })).customAttributes;
  } catch (error) {
    if (isRefusal(error)) return probedGaps(connection, namespace);
    throw error;
  }
  const missing: string[] = [];
  const mistyped: string[] = [];
  for (const [name, type] of Object.entries(searchAttributeTypes)) {
    const found = known[name];
    if (found === undefined) missing.push(name);
    else if (typeName(found) !== type) mistyped.push(wrongType(name, namespace, `the type ${typeName(found)}`));
  }
  return { missing, mistyped };
}

/**
 * Whether the server takes a query over all our search attributes: it may list them for some seconds before it does, and
 * takes no event meanwhile.
 */
export function areAttributesUsable(connection: TemporalAccess, namespace: string): Promise<boolean> {
  return asker(connection, namespace)(allOf(Object.keys(searchAttributeTypes)));
}

const allOf = (names: readonly string[]): string => names.map((name) => `${name} IS NULL`).join(' AND ');

/** Returns once the server lets these attributes be used: it takes up to some seconds after they were added. */
async function untilUsable(connection: TemporalAccess, namespace: string, names: readonly string[]): Promise<void> {
  const ask = asker(connection, namespace);
  const query = allOf(names);
  const untilMs = Date.now() + knownWithinMs;
  while (!(await ask(query))) {
    if (Date.now() > untilMs)
      throw new Error(`${names.join(', ')} cannot be used ${knownWithinMs} ms after they were added`);
    await wait(recheckMs);
  }
}

/**
 * Registers the search attributes that are missing, where this client may, and returns once they can be used.
 * @returns the names of those that are missing still, because somebody else has to register them.
 * @throws SearchAttributeTypeError that names each attribute with another type, and both types.
 */
export async function ensureSearchAttributes(
  connection: TemporalAccess,
  namespace: string,
): Promise<readonly string[]> {
  const gaps = await searchAttributeGaps(connection, namespace);
  if (gaps.mistyped.length > 0) {
    throw new SearchAttributeTypeError(`${gaps.mistyped.join('; ')}. Rename or remove it, or use another namespace.`);
  }
  const { missing } = gaps;
  if (missing.length === 0) return [];
  const searchAttributes: Record<string, number> = {};
  for (const [name, type] of Object.entries(searchAttributeTypes)) {
    const number = encodeSearchAttributeIndexedValueType(type);
    if (missing.includes(name) && number !== undefined) searchAttributes[name] = number;
  }
  try {
    await connection.operatorService.addSearchAttributes({ namespace, searchAttributes });
  } catch (error) {
    if (isRefusal(error)) return missing;
    throw error;
  }
  await untilUsable(connection, namespace, missing);
  return [];
}
