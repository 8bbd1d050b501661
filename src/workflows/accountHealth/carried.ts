import { carriedReader } from '../shared/carried.ts';
import { list, members, number, oneOf, optional, text, variants } from '../shared/shapes.ts';
import type { AccountHealth, Refusal } from './state.ts';

const failing = oneOf('Throttled', 'QuotaExceeded', 'ServiceFault', 'Unreachable', 'OutcomeUnknown', 'MalformedAnswer');
const refusal = members<Refusal>({
  key: text,
  operation: text,
  resource: optional(text),
  failureType: oneOf(
    'AccessDenied',
    'CredentialsRejected',
    'NotConfigured',
    'Throttled',
    'QuotaExceeded',
    'ServiceFault',
    'Unreachable',
    'OutcomeUnknown',
    'MalformedAnswer',
  ),
  failingSince: optional(text),
  message: text,
  lastAtMs: number,
  count: number,
});

/** Reads what a run before has carried. */
export const readHealth = carriedReader<AccountHealth>(
  'accountHealth',
  1,
  members<AccountHealth>({
    version: oneOf(1),
    vendor: oneOf('awsMarketplace', 'buyWithPrime'),
    account: text,
    failing: optional(failing),
    phase: variants<'name', AccountHealth['phase']>('name', {
      refused: members({ name: oneOf('refused') }),
      ended: members({ name: oneOf('ended'), end: oneOf('recovered', 'abandoned') }),
    }),
    since: text,
    refusals: list(refusal),
    checkAfterMs: optional(number),
    seen: list(text),
    notes: list(text),
  }),
);
