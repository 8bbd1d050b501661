import { carriedReader } from '../shared/carried.ts';
import { each, flag, list, members, number, oneOf, optional, text } from '../shared/shapes.ts';
import type { Permit, Permits } from './permits.ts';

const permit = members<Permit>({
  days: list(number),
  inFlight: flag,
  open: optional(
    members<NonNullable<Permit['open']>>({ grant: number, untilMs: number, days: list(number), wasInFlight: flag }),
  ),
});

/** Reads what a run before has carried. */
export const readPermits = carriedReader<Permits>(
  'submitPermits',
  1,
  members<Permits>({
    version: oneOf(1),
    counted: flag,
    permits: each(permit),
    grants: number,
    nextStartMs: number,
    nextReturnMs: number,
    recount: optional(list(text)),
    recountWanted: flag,
  }),
);
