import { renameSync, writeFileSync } from 'node:fs';
import type { Plan } from '../records.ts';
import { webhookUser, type Secrets } from './secrets.ts';

/** Where the parts are that the steward's file names. */
export interface Addresses {
  readonly temporal: string;
  readonly namespace: string;
  readonly catalog: string;
  readonly buyWithPrime: string;
  readonly queue: string;
  /** Where notices arrive. */
  readonly notices: string;
  /** Where the vendor's public keys are. */
  readonly keySet: string;
}

/** The header of EventBridge's credential. */
export const keyHeader = 'x-steward-key';
/** The client id of the merchant at Buy with Prime. */
export const merchantClient = 'chaos-merchant';

const variables = {
  eventBridgeKey: 'CHAOS_EVENTBRIDGE_KEY',
  webhookPassword: 'CHAOS_WEBHOOK_PASSWORD',
  merchantSecret: 'CHAOS_MERCHANT_SECRET',
  noticeKey: 'CHAOS_NOTICE_KEY',
  queueKeyId: 'CHAOS_QUEUE_KEY_ID',
  queueKey: 'CHAOS_QUEUE_KEY',
} as const;
const keyIdVariable = (account: string): string => `CHAOS_KEY_ID_OF_${account}`;
const keyVariable = (account: string): string => `CHAOS_KEY_OF_${account}`;

/** What takes minutes and days in production takes seconds here. */
const policies: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  changeSet: {
    retryBackOffMs: [1_000, 2_000, 3_000],
    pollFirstMs: 2_000,
    pollLongestMs: 4_000,
    outcomeWithinMs: 600_000,
    blockerPollMs: 2_000,
    watchEveryMs: 60_000,
    spreadingRepeatMs: 4_000,
    submitRetryFirstMs: 1_000,
  },
  itemBuyability: {
    queryFirstMs: 1_000,
    queryLongestMs: 4_000,
    queryWithinMs: 1_800_000,
    lingerMs: 1_800_000,
    completeNoticeWithinMs: 5_000,
    verifyEveryMs: 3_600_000,
    verifyForMs: 7_200_000,
  },
  offerWatch: { lingerMs: 2_000 },
  accountHealth: { recheckFirstMs: 2_000, recheckLongestMs: 4_000, quietMs: 4_000 },
  reconcile: { everyMs: 10_000, settlingMs: 4_000 },
};

/** The change in the middle of a run: every wait is half a second longer. */
const changedPolicies = {
  changeSet: { pollFirstMs: 2_500, pollLongestMs: 4_500, blockerPollMs: 2_500 },
  itemBuyability: { queryFirstMs: 1_500, queryLongestMs: 4_500 },
};

function merged(
  ...all: ReadonlyArray<Readonly<Record<string, Readonly<Record<string, unknown>>>>>
): Record<string, Record<string, unknown>> {
  const whole: Record<string, Record<string, unknown>> = {};
  for (const one of all) {
    for (const [name, values] of Object.entries(one)) whole[name] = { ...whole[name], ...values };
  }
  return whole;
}

/** What differs between the files of the processes, and in time. */
export interface Variation {
  /** The ingress's own port. */
  readonly port?: number;
  /** It takes events from the queue. */
  readonly takesQueue?: boolean;
  /** The configuration change has come. */
  readonly isChanged: boolean;
}

/** A file of the steward: the names of variables, and no secret. */
export function configurationOf(plan: Plan, addresses: Addresses, { port = 0, takesQueue, isChanged }: Variation) {
  const { modes = {}, merchants = [], dailyCaps = {} } = plan;
  const queue = {
    url: addresses.queue,
    region: 'us-east-1',
    credentials: { accessKeyIdVariable: variables.queueKeyId, secretAccessKeyVariable: variables.queueKey },
    receivers: 2,
    waitSeconds: 1,
    visibilitySeconds: 10,
  };
  const unlimited = Object.fromEntries(
    ['ListChangeSets', 'DescribeChangeSet', 'StartChangeSet', 'DescribeEntity', 'ListEntities'].map((name) => [
      name,
      1_000,
    ]),
  );
  return {
    accounts: Object.fromEntries(
      plan.accounts.map((account) => [
        account,
        {
          mode: modes[account] ?? 'auto',
          dailyCap: dailyCaps[account] ?? 10_000,
          callsPerSecond: unlimited,
          credentials: { accessKeyIdVariable: keyIdVariable(account), secretAccessKeyVariable: keyVariable(account) },
        },
      ]),
    ),
    merchants: Object.fromEntries(
      merchants.map((merchant) => [
        merchant,
        { clientId: merchantClient, clientSecretVariable: variables.merchantSecret },
      ]),
    ),
    ingress: {
      host: '127.0.0.1',
      port,
      credentials: {
        eventbridge: [{ header: keyHeader, valueVariable: variables.eventBridgeKey }],
        webhook: [{ kind: 'basic', username: webhookUser, passwordVariable: variables.webhookPassword }],
      },
      signatures: { webhook: { jwksUrl: addresses.keySet } },
      ...(takesQueue === true ? { sqs: { queues: [queue] } } : {}),
    },
    endpoints: { marketplaceCatalog: addresses.catalog, buyWithPrime: addresses.buyWithPrime },
    policies: merged(policies, plan.policies ?? {}, isChanged ? changedPolicies : {}),
    notices: {
      channels: {
        log: { type: 'log' },
        operations: { type: 'webhook', url: addresses.notices, secretVariables: [variables.noticeKey] },
      },
      routes: [{ channels: ['operations', 'log'], grouping: 'off' }],
    },
  };
}

/** Writes a file that is there whole or not at all. */
export function writeConfiguration(path: string, configuration: object): void {
  const unfinished = `${path}.new`;
  writeFileSync(unfinished, JSON.stringify(configuration, undefined, 2));
  renameSync(unfinished, path);
}

/** What every process of the steward sees: nothing of the machine's own AWS, Temporal or steward. */
export function environmentOf(
  plan: Plan,
  { temporal, namespace }: Pick<Addresses, 'temporal' | 'namespace'>,
  secrets: Secrets,
  folders: { readonly home: string; readonly compileCache: string },
): NodeJS.ProcessEnv {
  const neutral = Object.entries(process.env).filter(([name]) => !/^(AWS|TEMPORAL|STEWARD)_/.test(name));
  const keys = plan.accounts.flatMap((account) => [
    [keyIdVariable(account), `SIM${account}`],
    [keyVariable(account), secrets.accountKeys[account] ?? ''],
  ]);
  return {
    ...Object.fromEntries(neutral),
    ...Object.fromEntries(keys),
    HOME: folders.home,
    NODE_COMPILE_CACHE: folders.compileCache,
    TEMPORAL_ADDRESS: temporal,
    TEMPORAL_NAMESPACE: namespace,
    AWS_REGION: 'us-east-1',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    [variables.eventBridgeKey]: secrets.eventBridgeKey,
    [variables.webhookPassword]: secrets.webhookPassword,
    [variables.merchantSecret]: secrets.merchantSecret,
    [variables.noticeKey]: secrets.noticeKey,
    [variables.queueKeyId]: 'chaos-queue',
    [variables.queueKey]: secrets.queueKey,
  };
}
