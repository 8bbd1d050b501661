import type { Configuration } from '../../config/load.ts';
import type { Mode } from '../../config/modes.ts';
import { defined } from '../../defined.ts';
import { createAccountClients } from '../../vendors/marketplaceCatalog/clients.ts';
import { credentialsOf } from '../../workers/credentials.ts';
import { probe, valueOf, type Probed } from '../probe.ts';
import { callerIdentity, type CallerIdentity } from './identity.ts';
import { tryReads, type ReadAction, type TriedRead } from './reads.ts';
import { rulesOf, type BusRule } from './rules.ts';
import { isAllowed, simulatedPrincipal, submitActions, type SubmitAction } from './simulation.ts';

/** What is found out about one account, with the credentials that the worker’s calls of it are signed by. */
export interface AccountFacts {
  readonly account: string;
  readonly mode: Mode;
  /** The role that is assumed; absent where the credentials are the account’s own. */
  readonly roleArn?: string;
  readonly identity: Probed<CallerIdentity>;
  /** Absent where there is no identity to try them with. */
  readonly reads?: Readonly<Record<ReadAction, TriedRead>>;
  /** Whether the policies allow what a submit needs; absent in `observe`, which submits nothing. */
  readonly submits?: Readonly<Record<SubmitAction, Probed<boolean>>> | 'noPrincipal';
  /** The rules on the default bus for events of AWS Marketplace. */
  readonly rules?: Probed<readonly BusRule[]>;
}

const timeouts = { connectionMs: 5_000, requestMs: 8_000 };

/**
 * Asks AWS about an account. It makes no call that changes anything: of what changes something, IAM simulates the policies.
 */
export async function accountFacts(
  configuration: Pick<Configuration, 'accounts' | 'accountCredentials' | 'endpoints'>,
  account: string,
): Promise<AccountFacts | undefined> {
  const configured = configuration.accounts[account];
  if (configured === undefined) return undefined;
  const { endpoints } = configuration;
  const { reading: client, submitting } = createAccountClients({
    ...defined({ endpoint: endpoints.marketplaceCatalog, tokenServiceEndpoint: endpoints.securityTokenService }),
    credentialsFor: (asked) => credentialsOf(asked, configuration),
    timeouts,
  })(account);
  const { mode, role, catalogs } = configured;
  const known = { account, mode, ...defined({ roleArn: role?.arn }) };
  try {
    const identity = await probe(() => callerIdentity(client, endpoints.securityTokenService));
    const found = valueOf(identity);
    if (found?.account !== account) return { ...known, identity };
    const principal = simulatedPrincipal(found, role?.arn);
    const simulate = async () => {
      if (principal === undefined) return 'noPrincipal' as const;
      const endpoint = endpoints.identityAndAccessManagement;
      const [start, tag] = await Promise.all(
        submitActions.map((action) => probe(() => isAllowed(client, principal, action, endpoint))),
      );
      return start && tag && { [submitActions[0]]: start, [submitActions[1]]: tag };
    };
    const [reads, submits, rules] = await Promise.all([
      tryReads(client, catalogs[0] ?? 'AWSMarketplace'),
      mode === 'observe' ? undefined : simulate(),
      probe((signal) => rulesOf(client, endpoints.eventBridge, signal)),
    ]);
    return { ...known, identity, reads, rules, ...defined({ submits }) };
  } finally {
    for (const one of [client, submitting]) one.destroy();
  }
}
