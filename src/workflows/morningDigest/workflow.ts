import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { workflowInfo } from '@temporalio/workflow';
import { ownActivities } from '../shared/activities.ts';
import { untilItWorks } from '../shared/activityOptions.ts';
import { carriedOr } from '../shared/carried.ts';
import { runCase, type Carried } from '../shared/case.ts';
import { dayMs, minuteMs } from '../shared/durations.ts';
import { readFailure } from '../shared/failures.ts';
import { isBetween, isObject, refuseInput, requireTexts, wrong } from '../shared/input.ts';
import { readMorning } from './carried.ts';
import {
  morningDigestContract,
  type MorningDigestActivities,
  type MorningDigestInput,
  type MorningStatus,
} from './contract.ts';
import { morningDetails, morningStatus } from './details.ts';
import { newMorning, reportedBefore, requestOf, type MorningMessage } from './state.ts';
import { next } from './transitions/next.ts';

const exampleInput = {
  version: 1,
  digestId: 'morning-digest:team:0123456789abcdef',
  at: '07:30',
  timeZone: 'Europe/Berlin',
  lateAfterMs: 900_000,
  skipAfterMs: 21_600_000,
};

/** The server gives it to what a schedule has started: when that was due, however late it begins. */
const plannedAttribute = defineSearchAttributeKey('TemporalScheduledStartTime', SearchAttributeType.DATETIME);

/** Fails the run with the field's name, as an input typed by hand may need it. */
function requireInput(input: unknown): void {
  requireTexts(input, ['digestId', 'at', 'timeZone'], exampleInput);
  const { lateAfterMs, skipAfterMs, accounts } = isObject(input) ? input : {};
  for (const [field, value] of Object.entries({ lateAfterMs, skipAfterMs })) {
    if (!isBetween(value, minuteMs, dayMs)) {
      refuseInput(wrong(field, `milliseconds, ${minuteMs} to ${dayMs} (a day)`, value), exampleInput);
    }
  }
  const isRight =
    accounts === undefined || (Array.isArray(accounts) && accounts.every((one) => typeof one === 'string'));
  if (!isRight) refuseInput(wrong('accounts', 'a list of accounts and merchants as texts', accounts), exampleInput);
}

/**
 * Sends the digest of one route once: what needs an operator, what is due this week, what was done since the digest before,
 * and what was lost. The schedule of the route starts it each day; one that begins too late is left out.
 * @returns what became of it, from which the next run goes on.
 */
export async function morningDigest(input: MorningDigestInput & Carried): Promise<MorningStatus> {
  requireInput(input);
  const { workflowId, firstExecutionRunId: firstRunId, startTime, typedSearchAttributes, lastResult } = workflowInfo();
  const plannedMs = (typedSearchAttributes.get(plannedAttribute) ?? startTime).getTime();
  return runCase({
    contract: morningDigestContract,
    input,
    state: carriedOr(input, readMorning, () =>
      newMorning(input, { workflowId, firstRunId, plannedMs, nowMs: Date.now() }, reportedBefore(lastResult)),
    ),
    policy: undefined,
    next,
    status: morningStatus,
    statusDescription: 'What became of the digest',
    details: morningDetails,
    // It ends within seconds, and nobody has to find it: it costs no upsert.
    attributes: () => undefined,
    cancelled: (): MorningMessage => ({ type: 'cancelled' }),
    work: async (_phase, { current, apply }) => {
      const leftMs = Date.parse(current().plannedAt) + input.skipAfterMs - Date.now();
      const { collectMorning } = ownActivities<MorningDigestActivities>({
        ...untilItWorks,
        scheduleToCloseTimeout: Math.max(minuteMs, leftMs),
        summary: 'what needs you, is due, was done and lost',
      });
      try {
        apply({ type: 'collected', collected: await collectMorning(requestOf(current())) });
      } catch (error) {
        apply({ type: 'failed', sentence: readFailure(error).sentence });
      }
    },
  });
}
