import { z } from 'zod';
import { catalogOperations } from '../quotas/catalogQuotas.ts';
import {
  expectedHeaderValue,
  expectedTargetHeader,
  isHeaderValue,
  isTargetHeader,
} from '../vendors/buyWithPrime/port.ts';
import { accessKey, address, bindAddress, role, variableName } from './fields.ts';
import { codecServerSchema } from './codecServerSchema.ts';
import { telemetrySchema } from './telemetrySchema.ts';
import { encryptionSchema } from './encryptionSchema.ts';
import { ingressSchema } from './ingressSchema.ts';
import { noticesSchema } from './noticeSchema.ts';
import { policiesSchema } from './policySchema.ts';
import { workerSchema } from './workerSchema.ts';

const expectedAccount = 'an AWS account id: 12 digits';

const expectedRate = 'calls a second: a number over 0, at most 1,000';
const callsPerSecond = z.number(expectedRate).positive(expectedRate).max(1_000, expectedRate);

/** An `approve` of a second operator would be worth nothing: names of actors are typed, and no workflow sees who was authenticated. */
const expectedApproval =
  'onePerson: the steward cannot distinguish two operators, since an actor is a name that the sender of a command types; ' +
  'limit in Temporal who may send updates instead';

const account = z.strictObject({
  /** Required: nobody's listing is touched because a line was forgotten. */
  mode: z.enum(['observe', 'approve', 'auto']),
  catalogs: z
    .array(z.string().regex(/^[a-zA-Z]+$/, 'the name of a catalog: letters only'))
    .min(1)
    .default(['AWSMarketplace']),
  kind: z.enum(['vendor', 'channelPartner', 'privateMarketplaceAdministrator']).default('vendor'),
  /** Change sets that may be sent in a day (UTC) without an operator's word: a fault of ours stays small. */
  dailyCap: z.int().min(0).max(10_000).default(50),
  /** How many operators an amendment takes: the one who proposed it may approve it. */
  approval: z.literal('onePerson', expectedApproval).exactOptional(),
  protectedClasses: policiesSchema.shape.changeSet.unwrap().shape.protectedClasses,
  /** An access key of this account, or of anyone who may assume `role`; without one the AWS SDK's own chain is used. */
  credentials: accessKey.exactOptional(),
  /** Quotas of this account, where AWS has granted others than its usual ones. */
  callsPerSecond: z.partialRecord(z.enum(catalogOperations), callsPerSecond).exactOptional(),
  /** Calls are made as this role of the account. */
  role: role.exactOptional(),
});

/** A role of another account would act on somebody else's catalog. */
function refuseForeignRoles(
  accounts: Readonly<Record<string, z.output<typeof account>>>,
  context: z.RefinementCtx,
): void {
  for (const [id, { role: assumed }] of Object.entries(accounts)) {
    const owner = /^arn:[^:]+:iam::([0-9]{12}):/.exec(assumed?.arn ?? '')?.[1];
    if (owner === undefined || owner === id) continue;
    const message = `the ARN of a role of account ${id}: another account's would act on another catalog`;
    context.addIssue({ code: 'custom', path: [id, 'role', 'arn'], message });
  }
}

const merchant = z.strictObject({
  clientId: z.string().min(1, 'the client id of the API key'),
  clientSecretVariable: variableName,
});

/** How Buy with Prime's API is spoken to: the same for every merchant, since it is one API. */
const buyWithPrime = z.strictObject({
  /** The header that names the merchant: the documentation and the vendor's sample code differ. */
  targetHeader: z.string().refine(isTargetHeader, expectedTargetHeader).exactOptional(),
  /** The version of the API for queries that no event names one for. */
  apiVersion: z.string('a version as text, in quotes').refine(isHeaderValue, expectedHeaderValue).exactOptional(),
});

/** The base of links into the Web UI. */
export const webUiUrlSchema = address({ carries: 'links for operators', isPrivate: false });

/**
 * The configuration file. Unknown keys are errors: a misspelt switch must not be a switch that is silently off.
 * Account ids and merchants' ids are keys, so that none can be there twice.
 */
export const fileSchema = z.strictObject({
  accounts: z
    .record(z.string().regex(/^[0-9]{12}$/, expectedAccount), account)
    .superRefine(refuseForeignRoles)
    .default({}),
  merchants: z
    .record(z.string().regex(/^(?!\.{1,2}$)[A-Za-z0-9._~-]{1,200}$/, 'a business product id'), merchant)
    .default({}),
  buyWithPrime: buyWithPrime.default({}),
  ingress: ingressSchema.prefault({}),
  endpoints: z
    .strictObject({
      marketplaceCatalog: address({ carries: 'signed calls, change sets', isPrivate: true }).exactOptional(),
      buyWithPrime: address({ carries: 'client secrets, tokens', isPrivate: true }).exactOptional(),
      securityTokenService: address({ carries: 'signed calls, sessions', isPrivate: true }).exactOptional(),
      simpleQueueService: address({ carries: 'signed calls, events', isPrivate: true }).exactOptional(),
      /** These two are called by `steward doctor` alone. */
      eventBridge: address({ carries: 'signed calls', isPrivate: true }).exactOptional(),
      identityAndAccessManagement: address({ carries: 'signed calls', isPrivate: true }).exactOptional(),
    })
    .default({}),
  policies: policiesSchema.default({}),
  notices: noticesSchema.prefault({}),
  /** Off unless an address is named: numbers of the business are in them, and nobody is asked who they are. */
  metrics: z
    .strictObject({
      prometheusAddress: bindAddress.exactOptional(),
      /** The same of the ingress, which may run beside a worker. */
      ingressPrometheusAddress: bindAddress.exactOptional(),
    })
    .default({}),
  telemetry: telemetrySchema.default({}),
  webUiUrl: webUiUrlSchema.exactOptional(),
  encryption: encryptionSchema.exactOptional(),
  codecServer: codecServerSchema.exactOptional(),
  worker: workerSchema.prefault({}),
});

/** What the file holds once it is checked and its defaults are filled in. */
export type FileConfiguration = z.output<typeof fileSchema>;
/** One account of the file. */
export type AccountConfiguration = FileConfiguration['accounts'][string];
