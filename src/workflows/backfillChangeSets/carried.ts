import { backfillShapes } from '../shared/backfills.ts';
import { carriedReader } from '../shared/carried.ts';
import type { ListedChangeSet } from '../shared/listedChangeSet.ts';
import { flag, list, members, number, optional, text } from '../shared/shapes.ts';
import type { Cursor, FailedChangeSet } from './contract.ts';
import type { Backfill } from './state.ts';

const rows = list(
  members<ListedChangeSet>({
    changeSetId: text,
    name: optional(text),
    status: optional(text),
    startTime: optional(text),
    endTime: optional(text),
    failureCode: optional(text),
  }),
);

/** Reads what a run before has carried. */
export const readBackfill = carriedReader<Backfill>(
  'backfillChangeSets',
  1,
  members<Backfill>({
    ...backfillShapes,
    failures: list(members<FailedChangeSet>({ changeSetId: text, reason: text })),
    found: number,
    known: number,
    started: number,
    undigested: list(text),
    digests: number,
    cursor: members<Cursor>({
      startedFrom: text,
      token: optional(text),
      newest: optional(text),
      recent: list(text),
      ended: flag,
    }),
    retrying: rows,
    undelivered: rows,
    sample: list(text),
    busyMs: number,
    problem: optional(text),
  }),
);
