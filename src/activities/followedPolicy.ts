import { isDeepStrictEqual } from 'node:util';
import { configuredPolicy, type PolicyContext } from '../policies/configured.ts';
import type { Followed, Following, PoliciesByType, PolicyOwner, RecordedPolicy } from '../workflows/shared/policies.ts';
import { contextOrNothing } from './failingCalls.ts';

/**
 * What a workflow goes by from now on: the configuration as it is, with the values that were given by hand. An activity that
 * is made anyway answers it, so that a long case follows the configuration without a further action.
 * @param recorded as the workflow's history has it.
 * @returns undefined while that is the same.
 */
export function followedPolicy<Owner extends PolicyOwner>(
  owner: Owner,
  context: PolicyContext,
  { policy, given }: RecordedPolicy<PoliciesByType[Owner]>,
  account?: string,
): PoliciesByType[Owner] | undefined {
  const now = { ...configuredPolicy(owner, context, account), ...given };
  return isDeepStrictEqual(now, { ...policy }) ? undefined : now;
}

/**
 * The same as a member of an activity's answer, beside what it has found: nothing while nothing has changed.
 * @param following what the workflow gave; without it, nobody asks.
 */
export function followed<Owner extends PolicyOwner>(
  owner: Owner,
  context: PolicyContext,
  { following }: Following<PoliciesByType[Owner]>,
  account?: string,
): Followed<PoliciesByType[Owner]> {
  const policy = following && followedPolicy(owner, context, following, account);
  return policy === undefined ? {} : { policy };
}

/** So many attempts of an alarm's check take some 20 minutes at the least, by the usual intervals. */
const manyAttempts = 8;

/**
 * The same for a check of an alarm, which the server repeats while nothing has changed: then the policy alone may be the answer.
 * Not at the first attempts: two workers of different configurations would have the alarm change from one to the other, and
 * check from the beginning, without a pause.
 */
export function followedLater<Owner extends PolicyOwner>(
  owner: Owner,
  context: PolicyContext,
  following: Following<PoliciesByType[Owner]>,
): Followed<PoliciesByType[Owner]> {
  const attempt = contextOrNothing()?.info.attempt ?? 1;
  return attempt < manyAttempts ? {} : followed(owner, context, following);
}
