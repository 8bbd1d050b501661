import { z } from 'zod';
import { pageOf } from '../paging.ts';
import type { StoredChangeSet } from '../store.ts';
import { catalogArn, entityIdIn, entityIdsOf, isTerminal, touches } from '../store.ts';
import { catalogSchema, checkedInput, filterSchema, nextTokenSchema, sortOrderSchema } from '../validation.ts';
import type { Operation } from './operation.ts';
import { defined } from '../../defined.ts';

const STATUSES = ['PREPARING', 'APPLYING', 'SUCCEEDED', 'CANCELLED', 'FAILED'];
const FILTER_NAMES = [
  'ChangeSetName',
  'Status',
  'EntityId',
  'BeforeStartTime',
  'AfterStartTime',
  'BeforeEndTime',
  'AfterEndTime',
] as const;

const changeSetFilterSchema = filterSchema.extend({ Name: z.enum(FILTER_NAMES) }).check(({ value, issues }) => {
  value.ValueList.forEach((item, index) => {
    const problem = problemWith(value.Name, item);
    if (problem !== undefined)
      issues.push({ code: 'custom', input: item, path: ['ValueList', index], message: problem });
  });
});
type ChangeSetFilter = z.output<typeof changeSetFilterSchema>;

const listChangeSetsSchema = z.object({
  Catalog: catalogSchema,
  FilterList: z.array(changeSetFilterSchema).min(1).max(8).default([]),
  Sort: z
    .object({ SortBy: z.enum(['StartTime', 'EndTime']).default('StartTime'), SortOrder: sortOrderSchema })
    .default({ SortBy: 'StartTime', SortOrder: 'DESCENDING' }),
  MaxResults: z.int().min(1).max(20).default(20),
  NextToken: nextTokenSchema.optional(),
});

/** Sorts a set that still runs after every one that has ended. */
const NOT_ENDED = '9999-12-31T23:59:59Z';

/** ListChangeSets: the caller's own sets of the last 60 days that meet every filter. */
export const listChangeSets: Operation = ({ store }, call) => {
  const request = checkedInput(listChangeSetsSchema, call.input);
  const { SortBy, SortOrder } = request.Sort;
  const page = pageOf({
    items: store
      .changeSetsOf(call.account, call.nowMs)
      .filter((set) => set.listedFromMs <= call.nowMs)
      .filter((set) => request.FilterList.every((filter) => meets(set, filter))),
    place: (set) => [
      SortBy === 'StartTime' ? set.startTime : (endTimeOf(set) ?? NOT_ENDED),
      String(set.sequence).padStart(12, '0'),
    ],
    order: SortOrder,
    question: [call.account, 'ListChangeSets', request.FilterList, request.Sort],
    maxResults: request.MaxResults,
    ...defined({ nextToken: request.NextToken }),
  });
  return {
    body: { ChangeSetSummaryList: page.items.map(summaryOf), NextToken: page.nextToken },
    noted: { entityIds: [] },
  };
};

function summaryOf(set: StoredChangeSet): Record<string, unknown> {
  const entityIds = entityIdsOf(set);
  return {
    ChangeSetId: set.id,
    ChangeSetArn: catalogArn(set.account, 'ChangeSet', set.id),
    ChangeSetName: set.name,
    StartTime: set.startTime,
    EndTime: endTimeOf(set),
    Status: set.progress.status,
    EntityIdList: entityIds.length === 0 ? undefined : entityIds,
    FailureCode: set.progress.status === 'FAILED' ? set.progress.failureCode : undefined,
  };
}

function endTimeOf(set: StoredChangeSet): string | undefined {
  return isTerminal(set.progress) ? set.progress.endTime : undefined;
}

function problemWith(name: ChangeSetFilter['Name'], value: string): string | undefined {
  switch (name) {
    case 'ChangeSetName':
    case 'EntityId':
      return undefined;
    case 'Status':
      return STATUSES.includes(value) ? undefined : `not one of ${STATUSES.join(', ')}`;
    case 'BeforeStartTime':
    case 'AfterStartTime':
    case 'BeforeEndTime':
    case 'AfterEndTime':
      return /^\d{4}-\d\d-\d\dT/.test(value) && !Number.isNaN(Date.parse(value)) ? undefined : 'not an ISO 8601 time';
  }
}

function meets(set: StoredChangeSet, { Name, ValueList }: ChangeSetFilter): boolean {
  return ValueList.some((value) => meetsValue(set, Name, value));
}

function meetsValue(set: StoredChangeSet, name: ChangeSetFilter['Name'], value: string): boolean {
  const endTime = endTimeOf(set);
  switch (name) {
    case 'ChangeSetName':
      return set.name === value;
    case 'Status':
      return set.progress.status === value;
    case 'EntityId':
      return touches(set, entityIdIn(value));
    case 'BeforeStartTime':
      return Date.parse(set.startTime) < Date.parse(value);
    case 'AfterStartTime':
      return Date.parse(set.startTime) > Date.parse(value);
    case 'BeforeEndTime':
      return endTime !== undefined && Date.parse(endTime) < Date.parse(value);
    case 'AfterEndTime':
      return endTime !== undefined && Date.parse(endTime) > Date.parse(value);
  }
}
