import { defineQuery } from '@temporalio/workflow';
import type { CaseStatus, WorkflowContract } from '../shared/contract.ts';
import { digestOf } from '../shared/digest.ts';
import type { NoticeList } from '../shared/notices.ts';

/** The workflow type, as registered in the bundle. */
export const morningDigestType = 'morningDigest';

/** What ids of these workflows and of their schedules begin with. */
export const morningDigestPrefix = 'morning-digest:';

/** In characters: the names of the channels in an id are there to be read. */
const shownNames = 60;

/** What makes a route another one: where its digest goes, and about which accounts and merchants it is. */
export interface MorningRoute {
  readonly channels: readonly string[];
  /** All where it is absent. */
  readonly accounts?: readonly string[];
}

/**
 * The id of a route's schedule: `morning-digest:{channels}:{digest of channels and accounts}`. Temporal adds the time to it
 * for each digest. Its hour is no part of it: one that changes leaves it the same schedule.
 */
export function morningDigestId({ channels, accounts }: MorningRoute): string {
  const names = [...new Set(channels)].toSorted();
  const about = [names, accounts === undefined ? null : [...new Set(accounts)].toSorted()];
  return `${morningDigestPrefix}${names.join('+').slice(0, shownNames)}:${digestOf(JSON.stringify(about))}`;
}

/** When a digest is to come. */
export interface MorningTime {
  /** `07:30`, on the clock of the time zone. */
  readonly at: string;
  /** A name of the IANA time zone database. */
  readonly timeZone: string;
}

/** A route of notices, as far as its digest goes; it asks for one where it has a time. */
export interface AskingRoute extends MorningRoute {
  readonly morningDigest?: MorningTime;
}

/** What a run starts from, as the schedule of its route has it. */
export interface MorningDigestInput extends MorningTime {
  readonly version: 1;
  /** Of the route. */
  readonly digestId: string;
  /** Accounts and merchants that the digest is about; all where it is absent. */
  readonly accounts?: readonly string[];
  /** A digest that begins later than that says so, in milliseconds after its time. */
  readonly lateAfterMs: number;
  /** After that it is left out, in milliseconds after its time: the next one covers what it would have said. */
  readonly skipAfterMs: number;
}

/** A workflow that the digest names. Times are ISO 8601. */
export interface MorningRow {
  readonly workflowId: string;
  readonly subject: string;
  readonly urgency: 'overdue' | 'dueToday' | 'needsDecision' | 'waiting' | 'informational';
  readonly dueAt?: string;
  readonly startedAt: string;
}

/** The first rows of a list, and how many there are in all. */
export interface MorningList {
  readonly total: number;
  readonly rows: readonly MorningRow[];
}

/** What was found for a digest: the questions of `steward status`. Times are ISO 8601. */
export interface MorningFacts {
  readonly at: string;
  /** Overdue, due within 24 hours, or waiting for a decision: the most urgent first. */
  readonly needsYou: MorningList;
  /** Due within so many days, but not within one: the soonest first. */
  readonly due: MorningList & { readonly withinDays: number };
  readonly done: DoneFacts & { readonly since: string; readonly until: string };
  readonly lost: LostFacts;
  /** The lists of the Web UI that answer the same questions. */
  readonly lists: readonly NoticeList[];
}

/** What ended, by state. */
export interface DoneFacts {
  readonly total: number;
  readonly states: ReadonlyArray<readonly [state: string, count: number]>;
  /** Those whose state has no count of its own. */
  readonly others: number;
  /** Failed, terminated or timed out. */
  readonly failed: number;
}

/** What was lost, or cannot be read. */
export interface LostFacts {
  /** Rounds of the reconciliation that found events that never arrived. */
  readonly roundsWithLost: number;
  readonly quarantined: number;
  /** Questions about events that nobody may act on yet. */
  readonly held: number;
  /** Kinds of events that no document names: of them nobody has to decide anything. */
  readonly recorded: number;
  /** Dead-letter queues with messages. */
  readonly deadLetterQueues: number;
}

/** What an activity answers for a digest. */
export type MorningCollected =
  /** The configuration of the worker has no such route any more. */
  | { readonly outcome: 'notAsked' }
  /** The day's digest went out before, at another hour. */
  | { readonly outcome: 'sentBefore'; readonly day: string }
  | {
      readonly outcome: 'collected';
      /** The day in the route's time zone: `2026-12-01`. */
      readonly day: string;
      /** Somebody started it at another time than the route's: it is not the day's digest. */
      readonly byHand?: true;
      readonly facts: MorningFacts;
      /** The times of the facts, ISO 8601, as the clock of the route's zone shows them; absent from workers of before. */
      readonly localTimes?: Readonly<Record<string, string>>;
    };

/** What is asked of the activity. */
export interface MorningRequest extends Pick<MorningDigestInput, 'digestId' | 'accounts' | 'at' | 'timeZone'> {
  /** ISO 8601: when the digest was to come. */
  readonly plannedAt: string;
  /** ISO 8601: what has ended since then is reported. */
  readonly since: string;
  /** The day of the digest before, where there was one. */
  readonly sentDay?: string;
}

/** Activities of a digest. */
export interface MorningDigestActivities {
  /** Asks Temporal's lists: that costs no action beside the activity. Throws Unreachable. */
  collectMorning(request: MorningRequest): Promise<MorningCollected>;
}

/** The states, as the status shows them. They are no search attributes: a digest costs no upsert. */
export type MorningStateName =
  'collecting' | 'reported' | 'sentBefore' | 'notAsked' | 'tooLate' | 'failed' | 'abandoned';

/** What the status query answers, and what a closed run leaves as its result: the next run begins with it. */
export interface MorningStatus extends CaseStatus<MorningStateName> {
  readonly digestId: string;
  /** ISO 8601. */
  readonly plannedAt: string;
  /** The newest day whose digest was sent, by this run or one before. */
  readonly sentDay?: string;
  /** ISO 8601: what ended before was reported. */
  readonly reportedUntil?: string;
}

const morningStatusQuery = defineQuery<MorningStatus>('status');

/** What others need to know of the workflow. */
export const morningDigestContract = {
  type: morningDigestType,
  idPrefixes: [morningDigestPrefix],
  states: {
    collecting: true,
    reported: true,
    sentBefore: true,
    notAsked: true,
    tooLate: true,
    failed: true,
    abandoned: true,
  },
  statusQuery: morningStatusQuery,
  commands: {},
} as const satisfies WorkflowContract<MorningStatus>;
