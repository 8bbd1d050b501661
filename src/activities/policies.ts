import { configuredPolicy, type PolicyContext } from '../policies/configured.ts';
import type { PolicyActivities } from '../workflows/shared/policies.ts';

/** Makes the activity that resolves policies, from the configuration as it is at each call. */
export function createPolicyActivities(context: PolicyContext): PolicyActivities {
  return {
    configuredPolicy: ({ owner, account }) => Promise.resolve(configuredPolicy(owner, context, account)),
  };
}
