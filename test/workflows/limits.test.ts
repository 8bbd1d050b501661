import { readLineage } from '../../src/workflows/changeSetRemediation/carried.ts';
import { submitToken, successorName } from '../../src/workflows/changeSetRemediation/lineage.ts';
import type { LineageMessage } from '../../src/workflows/changeSetRemediation/state.ts';
import { itemBuyabilityDefaults, submitPermitsDefaults } from '../../src/policies/defaults.ts';
import { readItem } from '../../src/workflows/itemBuyability/carried.ts';
import { newItem } from '../../src/workflows/itemBuyability/state.ts';
import { next as nextOfItem } from '../../src/workflows/itemBuyability/transitions/next.ts';
import { readPermits } from '../../src/workflows/submitPermits/carried.ts';
import {
  carriedState,
  noPermits,
  request,
  type Permit,
  type Permits,
} from '../../src/workflows/submitPermits/permits.ts';
import { after, diagnosis, from, originId, outcome } from '@marketplace-steward/testing/changeSets';
import { assessments, day, dayMs, report, Simulation, startMs } from './securityCase/simulation.ts';

/** The bytes of a state as it is carried to another run. Temporal takes 2 MB, and warns from 512 kB on. */
const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));
const kB = 1_024;

test('an item with 20,000 events carries the newest 1,000 identities, and under 300 kB with the longest of them', () => {
  const context = { policy: itemBuyabilityDefaults, nowMs: startMs };
  let item = newItem({ version: 1, businessProductId: 'merchant-1', itemId: 'item-1' }, context);
  for (let at = 0; at < 20_000; at += 1) {
    const nowMs = startMs + at * 1_000;
    const buyabilityStatus = ['BUYABLE', 'NOT_BUYABLE', 'INVALID_PRODUCT'][at % 3] ?? '';
    const product = { id: 'p', sku: 's', buyabilityStatus };
    const message = { eventId: String(at).padEnd(255, 'e'), eventTime: new Date(nowMs).toISOString(), product };
    item = nextOfItem(item, { type: 'event', message }, { ...context, nowMs }).state;
  }
  expect(item.seen).toHaveLength(1_000);
  expect(item.seen.at(-1)).toMatch(/^19999e/);
  expect(bytesOf(item)).toBeLessThan(300 * kB);
  expect(readItem(JSON.parse(JSON.stringify(item)))).toEqual(item);
});

test('a case over two years, with a report a week and two hundred delivery options that fail, carries under 64 kB', () => {
  const simulation = new Simulation();
  const options = Array.from({ length: 200 }, (_, at) => `option-${at}`);
  const sizes = Array.from({ length: 105 }, (_, week) => {
    const failed = week % 50;
    simulation.assessments = assessments(options.slice(failed), options.slice(0, failed));
    const upcomingResolutionDueDate = day(60 + Math.floor(week / 20) * 30);
    simulation.hear(report(`report-${week}`, week * 7, { newIssuesFound: week % 5 === 0, upcomingResolutionDueDate }));
    simulation.watch();
    simulation.advanceTo(startMs + (week + 1) * 7 * dayMs);
    return bytesOf(simulation.state);
  });
  expect(simulation.state.phase.name).toBe('open');
  expect(simulation.sent.length).toBeGreaterThan(100);
  expect(Math.max(...sizes)).toBeLessThan(64 * kB);
});

test('a lineage of 60 successors, each decided by an operator with the longest reason, carries under 512 kB', () => {
  const opened: LineageMessage = { type: 'inspected', findings: { origin: diagnosis(), successors: [] } };
  let { lineage } = after(outcome(originId, 'FAILED'), opened);
  for (let attempt = 1; attempt <= 60; attempt += 1) {
    const changeSetId = `next-${attempt}`;
    const command = { actor: 'a'.repeat(100), reason: 'r'.repeat(2_000) };
    const isDue = lineage.phase.name === 'backingOff';
    lineage = from(
      lineage,
      isDue ? { type: 'backOffElapsed' } : { type: 'retry', command },
      { type: 'submitAnswered', result: { outcome: 'submitted', changeSetId } },
      outcome(changeSetId, 'FAILED', { changeSetName: successorName('Create my product', originId, attempt) }),
      { type: 'diagnosed', diagnosis: diagnosis({ changeSetId }) },
    ).lineage;
  }
  // Six came automatically; the origin is a member too.
  expect(lineage).toMatchObject({ automaticSubmits: 6, phase: { name: 'awaitingDecision' } });
  expect(lineage.members).toHaveLength(61);
  expect(bytesOf(lineage)).toBeLessThan(512 * kB);
  expect(readLineage(JSON.parse(JSON.stringify(lineage)))).toEqual(lineage);
});

test('the permits of a day with the largest cap, 200 of them held, carry under 1.5 MB, and count right', () => {
  const nowMs = Date.parse('2026-03-01T23:59:30Z');
  const today = Math.floor(nowMs / dayMs);
  const permits = Array.from({ length: 10_000 }, (_, at): [string, Permit] => {
    const token = submitToken(String(at).padStart(51, 'x'), 100);
    const days = [today, today + 1];
    const open = { grant: at + 1, untilMs: nowMs + 1, days, wasInFlight: true };
    return [token, at < 200 ? { days, inFlight: true, open } : { days, inFlight: false }];
  });
  const state: Permits = { ...noPermits, counted: true, permits: Object.fromEntries(permits), grants: 10_000 };
  const carried = carriedState(state, nowMs, submitPermitsDefaults);
  expect(bytesOf(carried)).toBeLessThan(1_500 * kB);
  expect(readPermits(JSON.parse(JSON.stringify(carried)))).toEqual(carried);
  const asked = { token: 'steward.one.1', startsPerSecond: 5, usedWithinMs: 60_000, settleMs: 10_000 };
  const answerTo = (authority: 'policy' | 'operator', atMs: number) =>
    request(carried, { ...asked, authority, dailyCap: 10_000 }, atMs, submitPermitsDefaults).answer;
  expect(answerTo('policy', nowMs).outcome).toBe('capReached');
  // Two days later none of them counts; those in flight do, and are dropped by a recount.
  expect(answerTo('policy', nowMs + 2 * dayMs)).toMatchObject({ outcome: 'later', because: 'inFlight' });
});
