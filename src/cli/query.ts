import { accountAttribute, attentionAttribute, stateAttribute } from '../workflows/shared/searchAttributes.ts';
import { stewardTaskQueue } from '../workflows/shared/taskQueues.ts';

/** Which workflows are wanted; what is absent does not matter. */
export interface ListFilter {
  readonly state?: string;
  readonly account?: string;
  readonly attention?: true;
  readonly type?: string;
  /** Ended workflows instead of running ones. */
  readonly closed?: true;
}

/** The visibility query of a filter: values are quoted, so that none can change its meaning. */
export function listQuery(filter: ListFilter): string {
  const conditions = [
    `TaskQueue=${quoted(stewardTaskQueue)}`,
    filter.closed === true ? 'ExecutionStatus!="Running"' : 'ExecutionStatus="Running"',
    ...(filter.type === undefined ? [] : [`WorkflowType=${quoted(filter.type)}`]),
    ...(filter.state === undefined ? [] : [`${stateAttribute.name}=${quoted(filter.state)}`]),
    ...(filter.account === undefined ? [] : [`${accountAttribute.name}=${quoted(filter.account)}`]),
    ...(filter.attention === undefined ? [] : [`${attentionAttribute.name}=true`]),
  ];
  return conditions.join(' AND ');
}

/** A value in a visibility query; its parser takes backslash escapes as MySQL does. */
export function quoted(value: string): string {
  return `"${value.replace(/[\\"]/g, (character) => `\\${character}`)}"`;
}
