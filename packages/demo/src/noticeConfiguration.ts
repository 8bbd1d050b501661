import { randomBytes } from 'node:crypto';
import { receiverPaths } from '@marketplace-steward/testing/receivers';
import type { ReceiverAddresses, ReceiverSecrets } from '@marketplace-steward/testing/receivers';
import { businessProductId, foundAccounts } from './scenarios/scenario.ts';

const keyBytes = 32;
const variables = {
  signingKey: 'STEWARD_WEBHOOK_SIGNING_KEY',
  slackUrl: 'STEWARD_SLACK_URL',
  routingKey: 'STEWARD_PAGERDUTY_ROUTING_KEY',
  topic: { id: 'STEWARD_TOPIC_KEY_ID', key: 'STEWARD_TOPIC_KEY' },
} as const;

/** Fresh secrets for the channels of notices. */
export function newReceiverSecrets(): ReceiverSecrets {
  return {
    signingKey: `whsec_${randomBytes(keyBytes).toString('base64')}`,
    slackToken: randomBytes(keyBytes).toString('base64url'),
    routingKey: randomBytes(keyBytes).toString('base64url'),
  };
}

/**
 * The section `notices` of the file: the log gets every notice. One channel of each other type gets those about no
 * account, about the merchant, and about what is found afterwards.
 */
export function noticesTo({ url, topicEndpoint, topicArn }: ReceiverAddresses): object {
  const credentials = { accessKeyIdVariable: variables.topic.id, secretAccessKeyVariable: variables.topic.key };
  const others = {
    webhook: { type: 'webhook', url: `${url}${receiverPaths.webhook}`, secretVariables: [variables.signingKey] },
    slack: { type: 'slack', urlVariable: variables.slackUrl },
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
      { channels: Object.keys(others), accounts: ['unknown', ...Object.values(foundAccounts), businessProductId] },
    ],
  };
}

/** The variables that the section names. */
export function receiverEnvironment(
  { url }: ReceiverAddresses,
  { signingKey, slackToken, routingKey }: ReceiverSecrets,
): NodeJS.ProcessEnv {
  return {
    [variables.signingKey]: signingKey,
    [variables.slackUrl]: `${url}${receiverPaths.slack}/${slackToken}`,
    [variables.routingKey]: routingKey,
    [variables.topic.id]: 'simulated',
    [variables.topic.key]: 'simulated',
  };
}
