import { z } from 'zod';
import { noticeTopics } from '../workflows/shared/notices.ts';
import { accessKey, address, variableName } from './fields.ts';

/** Where PagerDuty takes events of its service region US; that of the EU is events.eu.pagerduty.com. */
const pagerDutyUrl = 'https://events.pagerduty.com/v2/enqueue';

const channel = z.discriminatedUnion(
  'type',
  [
    z.strictObject({ type: z.literal('log') }),
    /** Several secrets while one is being replaced: each signs. */
    z.strictObject({
      type: z.literal('webhook'),
      url: address({ carries: 'notices, buyers where a route shows them', isPrivate: true }),
      secretVariables: z.array(variableName).min(1).max(5),
    }),
    /** The whole address of an incoming webhook is a secret. */
    z.strictObject({ type: z.literal('slack'), urlVariable: variableName }),
    z.strictObject({ type: z.literal('mattermost'), urlVariable: variableName }),
    z.strictObject({ type: z.literal('discord'), urlVariable: variableName }),
    z.strictObject({
      type: z.literal('sns'),
      topicArn: z
        .string()
        .regex(/^arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}(\.fifo)?$/, 'the ARN of an SNS topic'),
      endpoint: address({ carries: 'signed calls, notices', isPrivate: true }).exactOptional(),
      /** Without one the AWS SDK's own chain is used. */
      credentials: accessKey.exactOptional(),
    }),
    z.strictObject({
      type: z.literal('pagerDuty'),
      routingKeyVariable: variableName,
      url: address({ carries: 'the routing key, notices', isPrivate: true }).default(pagerDutyUrl),
    }),
  ],
  'a map whose type is log, webhook, slack, mattermost, discord, sns or pagerDuty',
);

/** In milliseconds: below that a digest would save nothing. */
const shortestGroupingMs = 5_000;

const channelName = z.string().regex(/^[A-Za-z][A-Za-z0-9-]{0,49}$/, 'a name: a letter, then letters, digits and -');

const route = z.strictObject({
  severity: z.enum(['information', 'warning', 'critical']).exactOptional(),
  accounts: z.array(z.string().min(1)).min(1).exactOptional(),
  topics: z.array(z.enum(noticeTopics)).min(1).exactOptional(),
  channels: z.array(z.string()).min(1),
  showBuyers: z.boolean().default(false),
  /** From five seconds to a day between two digests. */
  grouping: z
    .union(
      [
        z.literal('off'),
        z.strictObject({
          first: z.int().min(1).max(1_000),
          everyMs: z.int().min(shortestGroupingMs).max(86_400_000).default(900_000),
        }),
      ],
      'off, or a map of first (1 to 1000) and everyMs (5000 to 86400000)',
    )
    .exactOptional(),
});

/** `[log]` is short for `{log: {type: log}}`. */
function named(channels: unknown): unknown {
  return Array.isArray(channels) ? Object.fromEntries(channels.map((type) => [String(type), { type }])) : channels;
}

/** The section `notices` of the file. Without routes, every channel gets every notice. */
export const noticesSchema = z
  .strictObject({
    channels: z
      .preprocess(
        named,
        z
          .record(channelName, channel)
          .refine(
            (channels) => Object.keys(channels).length > 0,
            'at least one channel: without it no operator gets a notice',
          ),
      )
      .prefault(['log']),
    routes: z.array(route).min(1).exactOptional(),
  })
  .superRefine(({ channels, routes = [] }, context) => {
    const names = Object.keys(channels);
    for (const [index, { channels: wanted }] of routes.entries()) {
      for (const [place, name] of wanted.entries()) {
        if (names.includes(name)) continue;
        const path = ['routes', index, 'channels', place];
        context.addIssue({ code: 'custom', path, message: `the name of a channel: ${names.join(', ')}` });
      }
    }
    for (const [index, { severity, topics }] of routes.entries()) {
      if (severity === undefined || topics === undefined) continue;
      const message = 'no severity beside topics: a route with topics takes their notices whatever the severity';
      context.addIssue({ code: 'custom', path: ['routes', index, 'severity'], message });
    }
    const takesAll = ({ severity, accounts, topics }: z.output<typeof route>): boolean =>
      severity === undefined && accounts === undefined && topics === undefined;
    if (routes.length === 0 || routes.some(takesAll)) return;
    const message = 'one route at least without severity, accounts and topics: what no route takes would reach nobody';
    context.addIssue({ code: 'custom', path: ['routes'], message });
  })
  .transform(({ channels, routes }) => ({
    channels,
    routes: routes ?? [{ channels: Object.keys(channels), showBuyers: false }],
  }));

/** What the section holds once it is checked. */
export type FileNotices = z.output<typeof noticesSchema>;
