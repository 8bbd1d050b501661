import { defined } from '../defined.ts';
import type { Configuration } from '../config/load.ts';
import type { AccountCredentials } from '../vendors/marketplaceCatalog/clients.ts';

/**
 * How to sign the calls of an account, as the configuration has it now: by its role, which its key or the SDK's own chain
 * assumes, else by the key or the chain itself. Undefined for an account that the configuration does not have.
 */
export function credentialsOf(
  account: string,
  { accounts, accountCredentials }: Pick<Configuration, 'accounts' | 'accountCredentials'>,
): AccountCredentials {
  const configured = Object.hasOwn(accounts, account) ? accounts[account] : undefined;
  if (configured === undefined) return undefined;
  const own = Object.hasOwn(accountCredentials, account) ? accountCredentials[account] : undefined;
  const key =
    own === undefined
      ? 'sdkChain'
      : { accessKeyId: own.accessKeyId.reveal(), secretAccessKey: own.secretAccessKey.reveal() };
  if (configured.role === undefined) return key;
  const { arn, externalId } = configured.role;
  return { roleArn: arn, ...defined({ externalId }), assumedBy: key };
}
