import { audit, carriedReader } from '../shared/carried.ts';
import { flag, list, members, number, oneOf, optional, text, variants } from '../shared/shapes.ts';
import type { Holding } from './contract.ts';
import type { QuarantineCase, QuarantinePhase } from './state.ts';

/** Reads what a run before has carried. */
export const readQuarantine = carriedReader<QuarantineCase>(
  'quarantinedEvent',
  1,
  members<QuarantineCase>({
    version: oneOf(1),
    sha256: text,
    envelope: oneOf('eventbridge', 'webhook'),
    sizeBytes: number,
    keepUntilMs: number,
    phase: variants<'name', QuarantinePhase>('name', {
      quarantined: members({ name: oneOf('quarantined') }),
      held: members({ name: oneOf('held') }),
      replaying: members({ name: oneOf('replaying') }),
      ended: members({ name: oneOf('ended'), end: oneOf('replayed', 'discarded', 'expired') }),
    }),
    pendingEnd: flag,
    count: number,
    firstReceivedAt: text,
    reason: text,
    holding: optional(members<Holding>({ heldBy: text, account: text })),
    notified: flag,
    deliveredTo: list(text),
    audit,
    notes: list(text),
  }),
);
