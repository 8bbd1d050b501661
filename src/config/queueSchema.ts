import { z } from 'zod';
import { accessKey, address, role } from './fields.ts';

/** Queues of one process: each has connections and receivers of its own. */
const mostQueues = 20;

const queueName = '[A-Za-z0-9_-]{1,80}(?:\\.fifo)?';
const queuePath = new RegExp(`^/[0-9]{12}/${queueName}$`);
const queueArn = new RegExp(`^arn:aws[a-z-]*:sqs:[a-z0-9-]{1,40}:[0-9]{12}:${queueName}$`);

const expectedUrl =
  'the URL of an SQS queue (for instance https://sqs.us-east-1.amazonaws.com/111122223333/steward), with nothing after the name,';
const expectedArn = 'the ARN of an SQS queue, for instance arn:aws:sqs:us-east-1:111122223333:steward';
const expectedRegion = 'the name of an AWS region, for instance us-east-1';

function isQueueUrl({ href, search, hash, pathname }: URL): boolean {
  return href.length <= 2_000 && search === '' && hash === '' && queuePath.test(pathname);
}

const queueUrl = address({ carries: 'signed calls, events', isPrivate: true }, isQueueUrl, expectedUrl);

/** A whole number with its bounds in words. */
function count(least: number, most: number) {
  const expected = `a whole number from ${least} to ${most}`;
  return z.number(expected).int(expected).min(least, expected).max(most, expected);
}

const queue = z
  .strictObject({
    url: queueUrl.exactOptional(),
    arn: z.string(expectedArn).regex(queueArn, expectedArn).exactOptional(),
    /** Where neither URL nor ARN says it. */
    region: z
      .string(expectedRegion)
      .regex(/^[a-z]{2}(-[a-z]+)+-[0-9]{1,2}$/, expectedRegion)
      .exactOptional(),
    /** Calls are made as this role, of any account. */
    role: role.exactOptional(),
    /** Those that make the calls, or assume the role; without them the AWS SDK's own chain is used. */
    credentials: accessKey.exactOptional(),
    /** Requests that wait for messages at once; each brings up to ten. */
    receivers: count(1, 10).default(4),
    /** How long one request waits for messages, in seconds (ReceiveMessage, WaitTimeSeconds). The end of a process waits for it. */
    waitSeconds: count(1, 20).default(10),
    /** How long a message that was received stays with this process, in seconds; it is extended while Temporal is away. */
    visibilitySeconds: count(10, 3_600).default(60),
  })
  .refine(({ url, arn }) => (url === undefined) !== (arn === undefined), {
    path: ['url'],
    error: 'either url or arn, and not both',
  })
  .refine(
    // What is no URL at all is refused already, and says nothing about a region.
    ({ url, region }) =>
      url === undefined || !queueUrl.safeParse(url).success || (region ?? regionOfUrl(url)) !== undefined,
    { path: ['region'], error: `${expectedRegion}: this URL does not say it` },
  );

/** The region that a queue's URL names; undefined for an address of somebody's own. */
export function regionOfUrl(url: string): string | undefined {
  const { hostname } = new URL(url);
  return /(?:^|\.)sqs(?:-fips)?\.([a-z]{2}(?:-[a-z]+)+-[0-9]{1,2})\./.exec(hostname)?.[1];
}

/** Of all queues together: each holds up to ten messages of 1 MiB. */
const mostReceivers = 80;

/** The queues that bring events. */
export const queuesSchema = z
  .strictObject({
    queues: z
      .array(queue, 'a list of queues')
      .max(mostQueues, `at most ${mostQueues} queues`)
      .refine(
        (queues) =>
          queues.length > mostQueues || queues.reduce((sum, { receivers }) => sum + receivers, 0) <= mostReceivers,
        `queues of at most ${mostReceivers} receivers together`,
      )
      .default([]),
  })
  .prefault({});

/** One queue of the file. */
export type QueueSetting = z.output<typeof queue>;
