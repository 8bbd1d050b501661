import { eventFixtures } from '@marketplace-steward/testing/fixtures';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from '../../src/events/parse.ts';
import type { Envelope } from '../../src/events/parse.ts';
import type { FieldProblem, ParseResult, StewardEvent } from '../../src/events/types.ts';

/** A JSON value that a test may change. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type JsonRecord = { [key: string]: Json };

/** Cleaned copies of the samples in the vendors' documents. */
const vendorFixtures = [
  'offerReleased.isv',
  'offerReleased.isvProductUsedByPartner',
  'offerReleased.channelPartner',
  'changeSetSucceeded',
  'changeSetFailed',
  'changeSetCancelled',
  'securityReportCreated',
  'buyabilityChanged.webhook',
  'buyabilityChanged.eventBridge',
  'buyabilityChanged.eventBridgeDeprecated',
] as const;

/** No document shows this sample whole: it is composed here after the vendor's description of the event. */
const composedFixture = 'offerSetReleased';

export type FixtureName = (typeof vendorFixtures)[number] | typeof composedFixture;
export const allFixtures: readonly FixtureName[] = [...vendorFixtures, composedFixture];

export function envelopeOf(name: FixtureName): Envelope {
  return name === 'buyabilityChanged.webhook' ? 'webhook' : 'eventbridge';
}

export function fixtureBytes(name: FixtureName): Uint8Array {
  return readFileSync(join(eventFixtures, `${name}.json`));
}

export function fixture(name: FixtureName): JsonRecord {
  return JSON.parse(new TextDecoder().decode(fixtureBytes(name)));
}

export function bytesOf(body: Json): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(body));
}

export function parseBody(name: FixtureName, body: Json): ParseResult {
  return parse(envelopeOf(name), bytesOf(body));
}

export function eventsOf(result: ParseResult): readonly StewardEvent[] {
  if (result.outcome !== 'events') throw new Error(`no events but ${JSON.stringify(result)}`);
  return result.events;
}

export function problemsOf(result: ParseResult): readonly FieldProblem[] {
  if (result.outcome !== 'unreadable') throw new Error(`not unreadable but ${JSON.stringify(result)}`);
  return result.problems;
}

export function fieldsOf(result: ParseResult): readonly string[] {
  return problemsOf(result).map(({ field }) => field);
}

export type Path = readonly (string | number)[];

/** The value at the path, which must lead through objects and arrays. */
export function at(body: Json, path: Path): Json | undefined {
  return path.reduce<Json | undefined>((value, step) => (value as JsonRecord)[step], body);
}

/** A copy of the body with another value at the path, or with none where the value is undefined. */
export function withValue(body: Json, path: Path, value: Json | undefined): JsonRecord {
  const copy = structuredClone(body);
  const parent = at(copy, path.slice(0, -1)) as JsonRecord;
  const key = String(path.at(-1));
  if (value === undefined) delete parent[key];
  else Object.defineProperty(parent, key, { value, enumerable: true, configurable: true, writable: true });
  return copy as JsonRecord;
}
