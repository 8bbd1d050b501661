import pMap from 'p-map';
import type { Logger } from 'pino';
import type { Configuration } from '../config/load.ts';
import type { SecretUse } from '../config/secretUses.ts';
import { accountFacts } from './aws/facts.ts';
import { clockAheadMs } from './aws/identity.ts';
import { judgeAccount } from './aws/judgement.ts';
import { judgeClock } from './aws/clock.ts';
import type { ExaminedConfiguration } from './configuration.ts';
import { reporterOf, type Finding } from './finding.ts';
import { judgeChannels, sendTestNotices, untriedChannels } from './others/channels.ts';
import { judgeMerchant, merchantToken } from './others/merchants.ts';
import { judgeQueue, queueFacts } from './others/queues.ts';
import { bounds, probe } from './probe.ts';

/** A part of the set-up, which is examined beside the others. */
export interface Area {
  readonly name: string;
  readonly examine: () => Promise<readonly Finding[]>;
}

/** How the parts that the configuration names are examined. */
export interface ExamineOptions {
  /** Sends one marked notice to each channel. */
  readonly sendsTestNotices: boolean;
  /** Of the channel `log`. */
  readonly logger: Logger;
}

function accountAreas(configuration: Configuration, knowsQueues: boolean): readonly Area[] {
  const queues = new Set(configuration.ingress.queues.map(({ region, name }) => `${region}:${name.replace('/', ':')}`));
  return Object.keys(configuration.accounts).map((account) => ({
    name: `account ${account}`,
    examine: async () => {
      const facts = await accountFacts(configuration, account);
      return facts === undefined ? [] : judgeAccount(facts, knowsQueues ? queues : undefined);
    },
  }));
}

function queueAreas({ ingress, endpoints }: Configuration): readonly Area[] {
  return ingress.queues.map((queue) => ({
    name: `queue ${queue.name}`,
    examine: async () => judgeQueue(await queueFacts(queue, endpoints.securityTokenService)),
  }));
}

function merchantAreas(configuration: Configuration): readonly Area[] {
  return Object.entries(configuration.merchants).map(([id, { clientSecret }]) => ({
    name: `merchant ${id}`,
    examine: async () => {
      const token = await merchantToken(configuration, id);
      return token === undefined ? [] : [judgeMerchant(id, token, clientSecret.variable)];
    },
  }));
}

function noticeArea({ notices }: Configuration, { sendsTestNotices, logger }: ExamineOptions): Area {
  return {
    name: 'notices',
    examine: async () =>
      sendsTestNotices ? judgeChannels(await sendTestNotices(notices, logger)) : [untriedChannels(notices.routes)],
  };
}

function clockArea({ accounts, ingress, endpoints }: Configuration): Area {
  const usesAws = Object.keys(accounts).length + ingress.queues.length > 0;
  return {
    name: 'clock',
    examine: async () => [
      judgeClock(usesAws ? await probe(() => clockAheadMs(endpoints.securityTokenService)) : undefined),
    ],
  };
}

/** What cannot be examined, since its secrets are not here: one line, in the place of its own. */
function lackingArea(name: string): Area {
  return {
    name,
    examine: () =>
      Promise.resolve([
        reporterOf(name).unknown('Not asked: the configuration lacks secrets of it', {
          mend: 'Run the doctor with the environment of worker and ingress',
        }),
      ]),
  };
}

/** The parts that the configuration names, in a fixed order. */
export function configuredAreas(examined: ExaminedConfiguration, options: ExamineOptions): readonly Area[] {
  const { configuration, lacking } = examined;
  if (configuration === undefined) {
    return ['accounts', 'queues', 'merchants', 'notices', 'clock'].map((name) => ({
      name,
      examine: () => Promise.resolve([reporterOf(name).unknown('Not examined: the configuration cannot be used')]),
    }));
  }
  const unless = (use: SecretUse, name: string, areas: readonly Area[]): readonly Area[] =>
    lacking.includes(use) ? [lackingArea(name)] : areas;
  return [
    ...unless('accounts', 'accounts', accountAreas(configuration, !lacking.includes('queues'))),
    ...unless('queues', 'queues', queueAreas(configuration)),
    ...unless('merchants', 'merchants', merchantAreas(configuration)),
    ...unless('notices', 'notices', [noticeArea(configuration, options)]),
    clockArea(configuration),
  ];
}

/** Of a thousand accounts, the vendors are not asked about all at the same time. */
const atOnce = 30;

async function findingsOf({ name, examine }: Area): Promise<readonly Finding[]> {
  const examined = await probe(examine, bounds.areaMs);
  if ('value' in examined) return examined.value;
  return [reporterOf(name).unknown(`It could not be examined: ${examined.failure.text}`)];
}

/**
 * Examines the parts beside each other, each within a bound; what they found comes in their order.
 * @param progress hears how many are left, and their names.
 */
export async function examineAll(
  areas: readonly Area[],
  progress: (left: readonly string[]) => void,
): Promise<readonly Finding[]> {
  const left = new Set(areas);
  const say = (): void => progress([...left].map(({ name }) => name));
  say();
  const examine = async (area: Area): Promise<readonly Finding[]> => {
    const findings = await findingsOf(area);
    left.delete(area);
    say();
    return findings;
  };
  const found = await pMap(areas, examine, { concurrency: atOnce });
  return found.flat();
}
