import type { SearchAttributeType } from '@temporalio/common';
import type { Logger } from 'pino';
import { searchAttributeTypes } from '../workflows/shared/searchAttributes.ts';

/** A type as the commands name it. */
const typeNames = {
  KEYWORD: 'Keyword',
  KEYWORD_LIST: 'KeywordList',
  BOOL: 'Bool',
  INT: 'Int',
  DOUBLE: 'Double',
  DATETIME: 'Datetime',
  TEXT: 'Text',
} as const satisfies Record<SearchAttributeType, string>;

/** Where attributes are to be created. */
export interface AttributePlace {
  readonly namespace: string;
  /** On Temporal Cloud, the control plane creates them and not the namespace's own endpoint. */
  readonly isCloud: boolean;
}

/** Our search attributes, by name, with the type as commands take it. */
export const searchAttributeTypeNames: ReadonlyMap<string, string> = new Map(
  Object.entries(searchAttributeTypes).map(([name, type]) => [name, typeNames[type]]),
);

/**
 * The commands by which an administrator creates search attributes, one for each: of Temporal's CLI, on Temporal Cloud of
 * its extension `temporal cloud`.
 * @param names those that are missing; a name that is not ours is left out.
 */
export function creatingCommands({ namespace, isCloud }: AttributePlace, names: readonly string[]): string[] {
  const command = isCloud ? 'cloud namespace search-attribute create' : 'operator search-attribute create';
  return names.flatMap((name) => {
    const type = searchAttributeTypeNames.get(name);
    return type === undefined ? [] : [`temporal ${command} --namespace ${namespace} --name ${name} --type ${type}`];
  });
}

/** Logs what is missing with the commands that create it; nothing where nothing is missing. */
export function reportMissing(place: AttributePlace, missing: readonly string[], logger: Pick<Logger, 'error'>): void {
  if (missing.length === 0) return;
  const commands = creatingCommands(place, missing);
  logger.error({ missing, commands }, 'search attributes are missing: an administrator must create them');
}
