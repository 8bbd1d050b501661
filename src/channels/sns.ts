import { PublishCommand, SNSClient, type PublishCommandInput } from '@aws-sdk/client-sns';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { defined, memberOf } from '../defined.ts';
import { failure, type FailureType } from '../failures.ts';
import { retryAfterOf } from '../http.ts';
import type { NoticeChannel, OutgoingNotice } from './port.ts';
import { fittingIdentity, plainText, shortened, wordsOf } from './text.ts';

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
      ...(notice.topic === undefined ? {} : { topic: attribute(notice.topic) }),
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

/** What the signature check, the security token service and the SDK's credential chain say. */
const credentialNames =
  /^(InvalidClientTokenId|SignatureDoesNotMatch|InvalidSecurity|ExpiredToken|UnrecognizedClient|IncompleteSignature|MissingAuthenticationToken|CredentialsProviderError|TokenProviderError)/;
const permissionNames = /^(AuthorizationError|AccessDenied|KMSAccessDenied)/;
const lateNames = /^(TimeoutError|AbortError)$/;

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

interface Meaning {
  readonly type: FailureType;
  readonly message: string;
}

function serviceMeaning(name: string, status: number): Meaning {
  const reported = `SNS answered ${name} (status ${status})`;
  if (credentialNames.test(name))
    return { type: 'CredentialsRejected', message: `${reported}. Renew the credentials.` };
  if (permissionNames.test(name))
    return { type: 'AccessDenied', message: `${reported}. Grant sns:Publish on the topic.` };
  if (status === 429 || /Throttl/.test(name)) return { type: 'Throttled', message: reported };
  if (status === 408 || status >= 500) return { type: 'ServiceFault', message: reported };
  return {
    type: 'NoticeRefused',
    message: `${reported}. It is not tried again. Check the topic in the configuration.`,
  };
}

/** By name, not by class: the network's errors may be those of another realm. */
function meaningOf(error: unknown): Meaning | undefined {
  const name = textOf(memberOf(error, 'name'));
  const code = textOf(memberOf(error, 'code'));
  const status = memberOf(memberOf(error, '$metadata'), 'httpStatusCode');
  if (memberOf(error, '$fault') !== undefined && typeof status === 'number') return serviceMeaning(name, status);
  if (credentialNames.test(name)) return { type: 'CredentialsRejected', message: `the credentials failed (${name})` };
  if (lateNames.test(name)) return { type: 'Unreachable', message: 'no whole answer of SNS came in time' };
  // The SDK leaves the answer with an error that reading it has thrown: a page of a proxy, a cut body.
  if (memberOf(error, '$response') !== undefined || code.startsWith('HPE_'))
    return { type: 'MalformedAnswer', message: 'the answer is none of SNS’s' };
  return code === '' ? undefined : { type: 'Unreachable', message: `SNS was not reached (${code})` };
}

function askedDelayOf(error: unknown): number | undefined {
  const header = memberOf(memberOf(memberOf(error, '$response'), 'headers'), 'retry-after');
  return retryAfterOf(typeof header === 'string' ? header : undefined, Date.now());
}

/** Turns what Publish threw into a failure of the vocabulary; what is none of SNS's and none of the network's is a bug. */
function snsFailure(error: unknown): unknown {
  const meaning = meaningOf(error);
  if (meaning === undefined) return error;
  const retryAfterMs = askedDelayOf(error);
  return failure(meaning.type, meaning.message, {
    context: { operation: 'Publish', vendorType: textOf(memberOf(error, 'name')) },
    ...defined({ retryAfterMs }),
  });
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
