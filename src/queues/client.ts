import { SQSClient } from '@aws-sdk/client-sqs';
import { defined } from '../defined.ts';
import type { QueueConfiguration } from '../config/queues.ts';
import { boundedHandler, roleSessions, type AccessKey } from '../vendors/marketplaceCatalog/roleCredentials.ts';

/** In milliseconds: a request may wait for messages for 20 s. */
const bounds = { connectionMs: 5_000, requestMs: 30_000 };

/** How the calls of a queue are signed. */
function credentialsOf({ role, credentials, region }: QueueConfiguration, tokenServiceEndpoint: string | undefined) {
  const key: AccessKey | undefined = credentials && {
    accessKeyId: credentials.accessKeyId.reveal(),
    secretAccessKey: credentials.secretAccessKey.reveal(),
  };
  if (role === undefined) return key;
  const { arn: roleArn, externalId } = role;
  const assumed = { roleArn, ...defined({ externalId }), assumedBy: key ?? ('sdkChain' as const) };
  return roleSessions(assumed, region, tokenServiceEndpoint);
}

/**
 * A client for one queue, which goes to the address of the queue itself.
 * @param tokenServiceEndpoint where roles are assumed; AWS's own for the region where it is left out.
 */
export function queueClient(queue: QueueConfiguration, tokenServiceEndpoint?: string): SQSClient {
  return new SQSClient({
    region: queue.region,
    endpoint: new URL(queue.url).origin,
    requestHandler: boundedHandler(bounds.connectionMs, bounds.requestMs),
    ...defined({ credentials: credentialsOf(queue, tokenServiceEndpoint) }),
  });
}
