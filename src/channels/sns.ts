import { PublishCommand, SNSClient, type PublishCommandInput } from '@aws-sdk/client-sns';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { defined } from '../defined.ts';
import type { NoticeChannel, OutgoingNotice } from './port.ts';
import { fittingIdentity } from './identity.ts';
import { snsFailure } from './snsFailures.ts';
import { plainText, shortened, wordsOf } from './text.ts';

/** A topic of Amazon SNS. */
interface SnsOptions {
  readonly name: string;
  /** A name that ends in `.fifo` is a FIFO topic's. */
  readonly topicArn: string;
  /** Address of the service; AWS's for the topic's region where it is left out. */
  readonly endpoint?: string;
  /** The SDK's own chain where it is left out. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** For the whole exchange, in milliseconds; 15 s where it is left out. */
  readonly timeoutMs?: number;
}

const connectionMs = 5_000;
const longestAnswerMs = 15_000;
/** In characters (Amazon SNS API reference, Publish). */
const longest = { subject: 99, deduplicationId: 128, groupId: 128 };

/** Printable ASCII that begins with a letter, a digit or punctuation (Amazon SNS API reference, Publish). */
function subjectOf(title: string): string {
  const ascii = title.normalize('NFKD').replace(/[“”]/g, '"').replace(/[‘’]/g, "'").replace(/…/g, '...');
  const printable = ascii.replace(/[^\x20-\x7e]/g, '').trim();
  return shortened(printable, longest.subject - 2).replace('…', '...') || 'A notice';
}

function attribute(value: string): { DataType: 'String'; StringValue: string } {
  return { DataType: 'String', StringValue: value };
}

function inputOf(notice: OutgoingNotice, topicArn: string): PublishCommandInput {
  return {
    TopicArn: topicArn,
    Subject: subjectOf(wordsOf(notice).title),
    Message: plainText(notice),
    MessageAttributes: {
      identity: attribute(notice.id),
      severity: attribute(notice.severity),
      kind: attribute(notice.kind),
      account: attribute(notice.account),
    },
    ...(topicArn.endsWith('.fifo')
      ? {
          // SNS drops repeats of it for five minutes; in a group it keeps the order.
          MessageDeduplicationId: fittingIdentity(notice.id, longest.deduplicationId),
          MessageGroupId: fittingIdentity(notice.workflowId, longest.groupId),
        }
      : {}),
  };
}

/** Publishes notices to a topic, as text with attributes to filter by. */
export function createSnsChannel(options: SnsOptions): NoticeChannel {
  const { name, topicArn, endpoint, credentials, timeoutMs = longestAnswerMs } = options;
  const region = topicArn.split(':')[3] ?? 'us-east-1';
  const client = new SNSClient({
    region,
    ...defined({ endpoint, credentials }),
    // The server repeats the activity, with intervals that grow.
    maxAttempts: 1,
    requestHandler: new NodeHttpHandler({
      connectionTimeout: connectionMs,
      requestTimeout: timeoutMs,
      throwOnRequestTimeout: true,
    }),
  });
  return {
    name,
    async send(notice) {
      try {
        await client.send(new PublishCommand(inputOf(notice, topicArn)), {
          abortSignal: AbortSignal.timeout(timeoutMs),
        });
      } catch (error) {
        throw snsFailure(error);
      }
    },
  };
}
