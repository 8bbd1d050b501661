import { randomBytes } from 'node:crypto';
import { defined } from '../../../src/defined.ts';
import type { Policies } from '../../../src/config/policySchema.ts';
import { offerDefaults } from '../../../src/policies/defaults.ts';
import { securityDefaults } from '../../../src/policies/defaults.ts';
import { accountEnvironment, accountSections } from './accountConfiguration.ts';
import type { EndpointCredentials } from './endpoints.ts';
import { receiverPaths } from '@marketplace-steward/testing/receivers';
import type { ReceiverAddresses, ReceiverSecrets } from '@marketplace-steward/testing/receivers';
import {
  accounts,
  businessProductId,
  foundAccounts,
  settlingMs,
  stormAccount,
  stormChannels,
  stormGrouping,
} from './scenarios/scenario.ts';

/** Everything generated that nobody is to read: made again at each start and kept in memory and in the endpoints file. */
export interface DemoSecrets {
  readonly credentials: EndpointCredentials;
  readonly merchant: { readonly clientId: string; readonly clientSecret: string };
  readonly receivers: ReceiverSecrets;
}

const keyBytes = 32;
const keyHeader = 'x-steward-key';
const variables = {
  eventbridge: 'STEWARD_EVENTBRIDGE_KEY',
  buyWithPrime: 'STEWARD_BUY_WITH_PRIME_KEY',
  merchant: 'STEWARD_MERCHANT_SECRET',
  signingKey: 'STEWARD_WEBHOOK_SIGNING_KEY',
  slackUrl: 'STEWARD_SLACK_URL',
  mattermostUrl: 'STEWARD_MATTERMOST_URL',
  discordUrl: 'STEWARD_DISCORD_URL',
  routingKey: 'STEWARD_PAGERDUTY_ROUTING_KEY',
  topic: { id: 'STEWARD_TOPIC_KEY_ID', key: 'STEWARD_TOPIC_KEY' },
} as const;

/**
 * Short, so that a story ends while somebody watches: production's own are minutes, hours and days (`defaults.ts` in
 * each workflow). Reminders keep their days, shown is when they will come; those of offers come in seconds as well.
 */
const demoPolicies: Policies = {
  changeSet: {
    retryBackOffMs: [2_000, 4_000, 8_000],
    pollFirstMs: 2_000,
    pollLongestMs: 4_000,
    outcomeWithinMs: 600_000,
    blockerPollMs: 2_000,
    watchEveryMs: 4_000,
    spreadingRepeatMs: 8_000,
    submitRetryFirstMs: 1_000,
    submitWithinMs: 120_000,
  },
  itemBuyability: {
    queryFirstMs: 1_000,
    queryLongestMs: 4_000,
    queryWithinMs: 12_000,
    lingerMs: 60_000,
    completeNoticeWithinMs: 5_000,
    verifyEveryMs: 60_000,
    verifyForMs: 600_000,
  },
  securityCase: {
    // The reminders of seconds are for the case that is seen past its date.
    beforeDueMs: [...securityDefaults.beforeDueMs.filter((ms) => ms > 0), 10_000, 0],
    overdueMs: [5_000, ...securityDefaults.overdueMs],
    checkEveryMs: 2_000,
  },
  offerWatch: { beforeEndMs: [...offerDefaults.beforeEndMs, 8_000, 4_000], lingerMs: 10_000 },
  accountHealth: { recheckFirstMs: 2_000, recheckLongestMs: 4_000, quietMs: 4_000 },
  // As often as in production: else its rows would fill the Web UI's list.
  reconcile: { settlingMs },
};

/** Makes fresh secrets. */
export function newSecrets(): DemoSecrets {
  const key = (encoding: 'base64' | 'base64url' = 'base64url') => randomBytes(keyBytes).toString(encoding);
  return {
    credentials: {
      eventbridge: { header: keyHeader, value: key() },
      webhook: { header: keyHeader, value: key() },
    },
    merchant: { clientId: 'simulated-merchant', clientSecret: key() },
    receivers: {
      signingKey: `whsec_${key('base64')}`,
      slackToken: key(),
      mattermostToken: key(),
      discordToken: key(),
      routingKey: key(),
    },
  };
}

/** Where the parts of a start are that the configuration names. */
export interface DemoAddresses {
  readonly temporal: string;
  readonly namespace: string;
  readonly ui?: string;
  readonly catalogSimulator: string;
  readonly buyWithPrimeSimulator: string;
  readonly tokenServiceSimulator: string;
  readonly ingressPort: number;
  readonly receivers: ReceiverAddresses;
}

/**
 * The section `notices` of the file: the log gets every notice. One channel of each other type gets those about no
 * account, about the merchant, and about what is found afterwards, and those of the observer's successes. Two get those of
 * the storm.
 */
function noticesTo({ url, topicEndpoint, topicArn }: ReceiverAddresses): object {
  const credentials = { accessKeyIdVariable: variables.topic.id, secretAccessKeyVariable: variables.topic.key };
  const others = {
    webhook: { type: 'webhook', url: `${url}${receiverPaths.webhook}`, secretVariables: [variables.signingKey] },
    slack: { type: 'slack', urlVariable: variables.slackUrl },
    mattermost: { type: 'mattermost', urlVariable: variables.mattermostUrl },
    discord: { type: 'discord', urlVariable: variables.discordUrl },
    sns: { type: 'sns', topicArn, endpoint: topicEndpoint, credentials },
    pagerDuty: {
      type: 'pagerDuty',
      url: `${url}${receiverPaths.pagerDuty}`,
      routingKeyVariable: variables.routingKey,
    },
  };
  return {
    channels: { log: { type: 'log' }, ...others },
    routes: [
      { channels: ['log'] },
      {
        channels: Object.keys(others),
        accounts: ['unknown', accounts.publisher, ...Object.values(foundAccounts), businessProductId],
      },
      { channels: Object.keys(others), accounts: [accounts.observer], topics: ['changeSet.succeeded'] },
      { channels: stormChannels, accounts: [stormAccount], grouping: stormGrouping },
    ],
  };
}

/**
 * The configuration file as `steward worker` and `steward ingress` read it: no secret, only the variables' names.
 * @param withNewcomer true once the account is to be configured whose events are held until then.
 */
export function demoConfiguration(addresses: DemoAddresses, { merchant }: DemoSecrets, withNewcomer = false): object {
  return {
    accounts: accountSections(withNewcomer),
    merchants: { [businessProductId]: { clientId: merchant.clientId, clientSecretVariable: variables.merchant } },
    ingress: {
      host: '127.0.0.1',
      port: addresses.ingressPort,
      credentials: {
        eventbridge: [{ header: keyHeader, valueVariable: variables.eventbridge }],
        webhook: [{ header: keyHeader, valueVariable: variables.buyWithPrime }],
      },
    },
    endpoints: {
      marketplaceCatalog: addresses.catalogSimulator,
      buyWithPrime: addresses.buyWithPrimeSimulator,
      securityTokenService: addresses.tokenServiceSimulator,
    },
    policies: demoPolicies,
    notices: noticesTo(addresses.receivers),
    ...defined({ webUiUrl: addresses.ui }),
  };
}

/**
 * The machine's own environment without anything that would lead worker and ingress to a real Temporal, a real AWS
 * account or another configuration.
 *
 * @param compileCache folder for what Node compiled, for the next start
 */
export function neutralEnvironment(own: NodeJS.ProcessEnv, compileCache: string): NodeJS.ProcessEnv {
  const neutral = Object.entries(own).filter(([name]) => !/^(AWS|TEMPORAL|STEWARD)_/.test(name));
  return { ...Object.fromEntries(neutral), NODE_COMPILE_CACHE: compileCache };
}

/** What worker and ingress are to see besides: where Temporal is, keys of the simulated vendor's accounts, the secrets. */
export function demoEnvironment(
  { temporal, namespace, receivers }: Pick<DemoAddresses, 'temporal' | 'namespace' | 'receivers'>,
  {
    credentials,
    merchant,
    receivers: { signingKey, slackToken, mattermostToken, discordToken, routingKey },
  }: DemoSecrets,
): NodeJS.ProcessEnv {
  return {
    TEMPORAL_ADDRESS: temporal,
    TEMPORAL_NAMESPACE: namespace,
    ...accountEnvironment(),
    AWS_REGION: 'us-east-1',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    [variables.eventbridge]: credentials.eventbridge.value,
    [variables.buyWithPrime]: credentials.webhook.value,
    [variables.merchant]: merchant.clientSecret,
    [variables.signingKey]: signingKey,
    [variables.slackUrl]: `${receivers.url}${receiverPaths.slack}/${slackToken}`,
    [variables.mattermostUrl]: `${receivers.url}${receiverPaths.mattermost}/${mattermostToken}`,
    [variables.discordUrl]: `${receivers.url}${receiverPaths.discord}/${discordToken}`,
    [variables.routingKey]: routingKey,
    [variables.topic.id]: 'simulated',
    [variables.topic.key]: 'simulated',
  };
}
