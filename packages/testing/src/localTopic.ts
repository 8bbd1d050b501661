import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { buildApp } from 'fauxqs';

/** What a subscriber of the topic got. */
interface TopicMessage {
  readonly subject: string;
  readonly text: string;
  /** Values of the message attributes, by name. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** A FIFO topic with one subscriber, on a server that speaks SNS and SQS. */
export interface LocalTopic {
  /** Of the server, on loopback. */
  readonly endpoint: string;
  readonly topicArn: string;
  /** Everything that the subscriber has got so far, in order. */
  received(): Promise<readonly TopicMessage[]>;
  close(): Promise<void>;
}

const account = '000000000000';
const names = { topic: 'notices.fifo', queue: 'notices.fifo' };
/** The server takes any. */
const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

/** As SNS wraps a message for a queue (Amazon SNS, "Message format"). */
interface Envelope {
  readonly Subject?: string;
  readonly Message: string;
  readonly MessageAttributes?: Readonly<Record<string, { readonly Value: string }>>;
}

function messageOf(body: string | undefined): TopicMessage {
  const { Subject = '', Message, MessageAttributes = {} } = JSON.parse(body ?? '{}') as Envelope;
  const attributes = Object.entries(MessageAttributes).map(([name, { Value }]) => [name, Value]);
  return { subject: Subject, text: Message, attributes: Object.fromEntries(attributes) };
}

/** Starts the server, on loopback only, with its topic. */
export async function startLocalTopic(): Promise<LocalTopic> {
  const server = buildApp({ logger: false, host: '127.0.0.1' });
  const endpoint = await server.listen({ port: 0, host: '127.0.0.1' });
  const options = { endpoint, region: 'us-east-1', credentials };
  const [sns, sqs] = [new SNSClient(options), new SQSClient(options)];
  const fifo = { FifoTopic: 'true' };
  const { TopicArn: topicArn = '' } = await sns.send(new CreateTopicCommand({ Name: names.topic, Attributes: fifo }));
  await sqs.send(new CreateQueueCommand({ QueueName: names.queue, Attributes: { FifoQueue: 'true' } }));
  const queueArn = `arn:aws:sqs:us-east-1:${account}:${names.queue}`;
  await sns.send(new SubscribeCommand({ TopicArn: topicArn, Protocol: 'sqs', Endpoint: queueArn }));
  // The server names a host that not every machine resolves.
  const queueUrl = `${endpoint}/${account}/${names.queue}`;
  const messages: TopicMessage[] = [];
  return {
    endpoint,
    topicArn,
    async received() {
      for (;;) {
        const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: queueUrl }));
        for (const { Body, ReceiptHandle } of Messages) {
          await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle }));
          messages.push(messageOf(Body));
        }
        if (Messages.length === 0) return [...messages];
      }
    },
    async close() {
      sns.destroy();
      sqs.destroy();
      await server.close();
    },
  };
}
