import { audit, carriedReader } from '../shared/carried.ts';
import { either, flag, list, members, number, oneOf, optional, text, variants } from '../shared/shapes.ts';
import type { Heading, Lacking } from './contract.ts';
import type { HeldEvent, HeldEventsCase, HeldEventsPhase } from './state.ts';

const heading = either(
  members<Extract<Heading, { by: 'account' }>>({ by: oneOf('account'), account: text }),
  members<Extract<Heading, { by: 'kind' }>>({ by: oneOf('kind'), kind: text, key: text }),
);
const settling = { pass: number, pauseUntilMs: number };

/** Reads what a run before has carried. */
export const readHeldEvents = carriedReader<HeldEventsCase>(
  'heldEvents',
  1,
  members<HeldEventsCase>({
    version: oneOf(1),
    heading,
    phase: variants<'name', HeldEventsPhase>('name', {
      awaitingConfiguration: members({ name: oneOf('awaitingConfiguration') }),
      recorded: members({ name: oneOf('recorded') }),
      replaying: members<Extract<HeldEventsPhase, { name: 'replaying' }>>({ name: oneOf('replaying'), ...settling }),
      discarding: members<Extract<HeldEventsPhase, { name: 'discarding' }>>({ name: oneOf('discarding'), ...settling }),
      ended: members({ name: oneOf('ended'), end: oneOf('replayed', 'discarded', 'expired') }),
    }),
    held: list(
      members<HeldEvent>({
        sha256: text,
        catalog: optional(text),
        arrivals: number,
        isDecided: flag,
        isDoomed: flag,
        sinceMs: number,
        keepMs: optional(number),
      }),
    ),
    count: number,
    became: members<HeldEventsCase['became']>({
      replayed: number,
      discarded: number,
      expired: number,
      quarantined: number,
      unknown: number,
    }),
    firstSeenAt: text,
    reason: text,
    lacking: optional(members<Lacking>({ account: flag, catalogs: list(text) })),
    kinds: list(text),
    refused: number,
    full: optional(members<NonNullable<HeldEventsCase['full']>>({ sinceMs: number, most: number })),
    fullNoticeAtMs: optional(number),
    notified: flag,
    askedAs: text,
    checkedAtMs: optional(number),
    configurations: number,
    warnedAtMs: optional(number),
    audit,
    notes: list(text),
  }),
);
