import type { MarketplaceCatalogClient } from '@aws-sdk/client-marketplace-catalog';
import { failure } from '../../failures.ts';
import type { CallerIdentity } from './identity.ts';
import { postSigned } from './signedForm.ts';

/** What a submit needs beside the reads. AWS asks for the second where the change set has tags. */
export const submitActions = ['aws-marketplace:StartChangeSet', 'aws-marketplace:TagResource'] as const;

/** One of them. */
export type SubmitAction = (typeof submitActions)[number];

const identityService = 'https://iam.amazonaws.com';

/**
 * Whose policies are simulated: the configured role, else the user or role that the identity shows.
 * @returns undefined for a root user, whom no policy restricts.
 */
export function simulatedPrincipal({ account, arn }: CallerIdentity, roleArn?: string): string | undefined {
  if (roleArn !== undefined) return roleArn;
  if (/^arn:[^:]+:iam::\d{12}:user\//.test(arn)) return arn;
  const [, partition, role] = /^arn:([^:]+):sts::\d{12}:assumed-role\/([^/]+)\//.exec(arn) ?? [];
  return partition === undefined || role === undefined ? undefined : `arn:${partition}:iam::${account}:role/${role}`;
}

/**
 * Asks IAM whether a principal’s policies allow an action (SimulatePrincipalPolicy): nothing is called, and nothing changes.
 * @param endpoint of IAM; AWS’s own where it is left out.
 */
export async function isAllowed(
  client: MarketplaceCatalogClient,
  principal: string,
  action: SubmitAction,
  endpoint: string = identityService,
): Promise<boolean> {
  const { text } = await postSigned(client, {
    endpoint,
    service: 'iam',
    form: {
      Action: 'SimulatePrincipalPolicy',
      Version: '2010-05-08',
      PolicySourceArn: principal,
      'ActionNames.member.1': action,
    },
  });
  const decision = /<EvalDecision>(allowed|implicitDeny|explicitDeny)<\/EvalDecision>/.exec(text)?.[1];
  if (decision === undefined) throw failure('MalformedAnswer', 'SimulatePrincipalPolicy: the answer holds no decision');
  return decision === 'allowed';
}
