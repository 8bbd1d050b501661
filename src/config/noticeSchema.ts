import { z } from 'zod';
import { morningDigestId } from '../workflows/morningDigest/contract.ts';
import { noticeTopics } from '../workflows/shared/notices.ts';
import { accessKey, address, timeZone, variableName } from './fields.ts';

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

/**
 * No zone changes its clocks between 04:00 and 20:59, so that each of these times comes once a day everywhere: Temporal would
 * leave out a time that a change skips, and take one twice that comes twice.
 */
const morningTime = z
  .string('a time in quotes from 04:00 to 20:59, for instance "07:30"')
  .regex(/^(?:0[4-9]|1\d|20):[0-5]\d$/, 'a time in quotes from 04:00 to 20:59, for instance "07:30"');

/** An offset like `+02:00` is no name: Temporal knows only those of the database. */
const morningZone = timeZone.regex(/^[A-Za-z]/, 'the IANA name of a time zone, for instance Europe/Berlin');

const route = z
  .strictObject({
    severity: z.enum(['information', 'warning', 'critical']).exactOptional(),
    accounts: z.array(z.string().min(1)).min(1).exactOptional(),
    topics: z.array(z.enum(noticeTopics)).exactOptional(),
    morningDigest: z.strictObject({ at: morningTime, timeZone: morningZone.default('UTC') }).exactOptional(),
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
  })
  .superRefine(({ topics, morningDigest }, context) => {
    // Without a topic it takes no notice at all: then only a digest is left to it.
    if (topics?.length !== 0 || morningDigest !== undefined) return;
    context.addIssue({
      code: 'too_small',
      origin: 'array',
      minimum: 1,
      inclusive: true,
      input: topics,
      path: ['topics'],
    });
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
    const digests = new Map<string, number>();
    for (const [index, one] of routes.entries()) {
      if (one.morningDigest === undefined) continue;
      const before = digests.get(morningDigestId(one));
      digests.set(morningDigestId(one), before ?? index);
      if (before === undefined) continue;
      const message = `one morning digest for the same channels and accounts: notices.routes[${before}] has it`;
      context.addIssue({ code: 'custom', path: ['routes', index, 'morningDigest'], message });
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
