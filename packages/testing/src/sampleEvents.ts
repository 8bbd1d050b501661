import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RouteContext } from '../../../src/delivery/delivery.ts';
import type { AccountConfiguration } from '../../../src/config/schema.ts';
import { parse, type Envelope } from '../../../src/events/parse.ts';
import type { StewardEvent } from '../../../src/events/types.ts';
import { eventFixtures, sampleEvent } from './fixtures.ts';

/** The bytes of a fixture, by the name of its file without `.json`. */
export function fixture(name: string): Buffer {
  return readFileSync(join(eventFixtures, `${name}.json`));
}

/** The bytes of a fixture, with keys of its `detail` replaced, and keys of the envelope. */
export function changed(name: string, detail: object, envelope: object = {}): Buffer {
  return Buffer.from(JSON.stringify(sampleEvent(name, envelope, detail)));
}

/** The events of bytes that can be read. */
export function eventsOf(bytes: Uint8Array, envelope: Envelope = 'eventbridge'): readonly StewardEvent[] {
  const parsed = parse(envelope, bytes);
  if (parsed.outcome !== 'events') throw new Error(JSON.stringify(parsed));
  return parsed.events;
}

/** An account in observe mode. */
export const account: AccountConfiguration = {
  mode: 'observe',
  catalogs: ['AWSMarketplace'],
  kind: 'vendor',
  dailyCap: 50,
};

/** The accounts of the vendor's samples, without policies. */
export const context: RouteContext = {
  accounts: { '123456789012': account, '987654321098': { ...account, kind: 'channelPartner' } },
  policies: {},
};
