import { isDeepStrictEqual } from 'node:util';
import { configuredPolicy, type PolicyContext } from '../policies/configured.ts';
import type { PoliciesByType, PolicyOwner, RecordedPolicy } from '../workflows/shared/policies.ts';

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
