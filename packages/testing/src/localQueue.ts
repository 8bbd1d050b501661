import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
  type Message,
} from '@aws-sdk/client-sqs';
import { buildApp } from 'fauxqs';

/** How many messages a queue has: to be received, and received but not deleted. */
export interface QueueDepth {
  readonly visible: number;
  readonly inFlight: number;
}

/** A queue with its dead-letter queue, on a server that speaks SQS. */
export interface LocalQueue {
  /** Of the server, on loopback. */
  readonly endpoint: string;
  readonly url: string;
  readonly arn: string;
  readonly deadLetterUrl: string;
  /** The server takes any. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly client: SQSClient;
  send(bodies: readonly string[]): Promise<void>;
  depth(): Promise<QueueDepth>;
  deadLetters(): Promise<QueueDepth>;
  /** Receives up to ten messages, as another process would, for so long. */
  receive(visibilitySeconds?: number): Promise<readonly Message[]>;
  close(): Promise<void>;
}

const account = '000000000000';
const region = 'us-east-1';
const batch = 10;

/**
 * Starts the server, on loopback only, with its queues.
 * @param maxReceiveCount receives after which a message goes to the dead-letter queue.
 */
export async function startLocalQueue({ name = 'events', maxReceiveCount = 5, port = 0 } = {}): Promise<LocalQueue> {
  const server = buildApp({ logger: false, host: '127.0.0.1' });
  const endpoint = await server.listen({ port, host: '127.0.0.1' });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new SQSClient({ endpoint, region, credentials });
  const deadLetterName = `${name}-dead`;
  await client.send(new CreateQueueCommand({ QueueName: deadLetterName }));
  const deadLetterTargetArn = `arn:aws:sqs:${region}:${account}:${deadLetterName}`;
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount });
  await client.send(new CreateQueueCommand({ QueueName: name, Attributes: { RedrivePolicy } }));
  // The server names a host that not every machine resolves.
  const url = `${endpoint}/${account}/${name}`;
  const deadLetterUrl = `${endpoint}/${account}/${deadLetterName}`;
  async function depthOf(QueueUrl: string): Promise<QueueDepth> {
    const { Attributes = {} } = await client.send(
      new GetQueueAttributesCommand({
        QueueUrl,
        AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
      }),
    );
    return {
      visible: Number(Attributes['ApproximateNumberOfMessages']),
      inFlight: Number(Attributes['ApproximateNumberOfMessagesNotVisible']),
    };
  }
  return {
    endpoint,
    url,
    arn: `arn:aws:sqs:${region}:${account}:${name}`,
    deadLetterUrl,
    credentials,
    client,
    async send(bodies) {
      for (let at = 0; at < bodies.length; at += batch) {
        const Entries = bodies.slice(at, at + batch).map((MessageBody, index) => ({ Id: String(index), MessageBody }));
        const { Failed = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }));
        if (Failed.length > 0) throw new Error(`${Failed.length} messages were not sent: ${Failed[0]?.Message}`);
      }
    },
    depth: () => depthOf(url),
    deadLetters: () => depthOf(deadLetterUrl),
    async receive(visibilitySeconds = 30) {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({
          QueueUrl: url,
          MaxNumberOfMessages: 10,
          VisibilityTimeout: visibilitySeconds,
          MessageSystemAttributeNames: ['ApproximateReceiveCount'],
        }),
      );
      return Messages;
    },
    async close() {
      client.destroy();
      await server.close();
    },
  };
}
