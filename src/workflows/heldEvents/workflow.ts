import { carriedOr } from '../shared/carried.ts';
import { readHeldEvents } from './carried.ts';
import { onSignal, runCase, type Carried } from '../shared/case.ts';
import { dayMs } from '../shared/durations.ts';
import { isBetween, isObject, refuseInput, requireReadable } from '../shared/input.ts';
import { resolvedPolicy, wholePolicy } from '../shared/policies.ts';
import { instant } from '../shared/reminders.ts';
import { heldEventsDetails, heldEventsStatus } from './details.ts';
import {
  configurationTakenSignal,
  eventsRefusedSignal,
  eventsSeenSignal,
  heldEventsContract,
  type EventsRefused,
  type EventsSeen,
  type Heading,
  type HeldEventsInput,
  type HeldEventsStatus,
} from './contract.ts';
import { accountOf } from './notices.ts';
import { heldEventsPolicy } from './policyValues.ts';
import { newHeldEvents, stateName } from './state.ts';
import { heldSubject } from './subject.ts';
import { next } from './transitions/next.ts';
import { workOn } from './work.ts';

const exampleInput = { version: 1, heading: { by: 'account', account: '123456789012' } };
const longestText = 1_000;
/** A year, as of every policy. */
const longestKeepMs = 365 * dayMs;
const mostCounted = 1_000_000;

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= longestText;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= mostCounted;
}

function isHeading(value: unknown): value is Heading {
  if (!isObject(value)) return false;
  return value['by'] === 'account'
    ? isText(value['account'])
    : value['by'] === 'kind' && isText(value['kind']) && isText(value['key']);
}

/** Reads a signal's payload, which anybody may have typed. Gives a sentence where it names no events. */
export function readSeen(value: unknown): EventsSeen | string {
  const { count, receivedAt, reason, sha256, catalog, kind, keepMs } = isObject(value) ? value : {};
  const wrong = [
    ...(isCount(count) ? [] : ['count (a whole number above 0)']),
    ...(instant(receivedAt) === undefined ? ['receivedAt (an ISO 8601 time)'] : []),
    ...(isText(reason) ? [] : ['reason (a text)']),
    ...(sha256 === undefined || (typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256))
      ? []
      : ['sha256 (64 characters of hex, or left out)']),
    ...(catalog === undefined || isText(catalog) ? [] : ['catalog (a text, or left out)']),
    ...(kind === undefined || isText(kind) ? [] : ['kind (a text, or left out)']),
    ...(keepMs === undefined || isBetween(keepMs, 1, longestKeepMs) ? [] : ['keepMs (milliseconds, or left out)']),
  ];
  if (wrong.length > 0) return `Ignored a signal: fields are missing or of another kind: ${wrong.join(', ')}.`;
  return value as EventsSeen;
}

/** Reads a signal's payload, which anybody may have typed. Gives a sentence where it is no refusal. */
export function readRefused(value: unknown): EventsRefused | string {
  const { count, refusedAt, most } = isObject(value) ? value : {};
  const wrong = [
    ...(isCount(count) ? [] : ['count (a whole number above 0)']),
    ...(instant(refusedAt) === undefined ? ['refusedAt (an ISO 8601 time)'] : []),
    ...(isCount(most) ? [] : ['most (a whole number above 0)']),
  ];
  if (wrong.length > 0) return `Ignored a signal: fields are missing or of another kind: ${wrong.join(', ')}.`;
  return value as EventsRefused;
}

/**
 * Asks once about all events of an account that is not configured, and has them replayed when it is; or reports once a kind of
 * event that no document of the vendor names, and counts it. The bytes are with a workflow each (`quarantinedEvent`, held).
 * @returns how it ended, with every command.
 */
export async function heldEvents(input: HeldEventsInput & Carried): Promise<HeldEventsStatus> {
  requireReadable(input, exampleInput);
  if (!isHeading(input?.heading)) {
    refuseInput('"heading" must name an account, or a kind and its key', exampleInput);
  }
  const recorded =
    wholePolicy(heldEventsPolicy, input) ??
    (await resolvedPolicy('heldEvents', heldEventsPolicy, input, exampleInput, heldEventsContract));
  return runCase({
    contract: heldEventsContract,
    input,
    state: carriedOr(input, readHeldEvents, () => newHeldEvents(input, Date.now())),
    ...recorded,
    policyShape: heldEventsPolicy,
    next,
    status: heldEventsStatus,
    statusDescription: 'The events that are held: state, number, and what can be done',
    details: heldEventsDetails,
    attributes: (held) => {
      // The first check mostly finds that the account is not configured, which the start has said already.
      if (held.phase.name === 'replaying' && !held.notified) return undefined;
      const attention = held.phase.name === 'awaitingConfiguration';
      const state = stateName(held);
      return { state, account: accountOf(held), attention, subject: heldSubject(held.heading, state) };
    },
    signals: [
      onSignal(eventsSeenSignal, 'Events that nobody may act on; sent by the ingress', (payload: unknown) => {
        const message = readSeen(payload);
        return typeof message === 'string' ? message : { type: 'seen', message };
      }),
      onSignal(eventsRefusedSignal, 'Events refused at the bound; sent by the ingress', (payload: unknown) => {
        const message = readRefused(payload);
        return typeof message === 'string' ? message : { type: 'refused', message };
      }),
      onSignal(configurationTakenSignal, 'A worker has taken a configuration that has the account', () => ({
        type: 'configurationTaken',
      })),
    ],
    commands: {
      message: (given) => given,
      refusal: ({ type }, { held }) =>
        type === 'replay' && held.length === 0 ? 'No bytes are held, so nothing can be replayed; discard.' : undefined,
    },
    cancelled: (command) => ({ type: 'cancel', command }),
    work: workOn,
  });
}
