import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';

/** All that nobody may read after a run: made for it alone, in memory and in the environments of processes. */
export interface Secrets {
  readonly eventBridgeKey: string;
  readonly webhookPassword: string;
  readonly merchantSecret: string;
  /** Of Standard Webhooks. */
  readonly noticeKey: string;
  readonly queueKey: string;
  /** The secret access key of each account. */
  readonly accountKeys: Readonly<Record<string, string>>;
  /** The signature of signed addresses in the vendors' answers. */
  readonly addressSignature: string;
  /** The vendor's own key, which signs webhooks. */
  readonly webhookSigner: KeyObject;
  readonly webhookKeySet: object;
}

/** The id of the vendor's key. */
export const webhookKeyId = 'chaos-1';

/** Makes fresh ones. */
export function newSecrets(accounts: readonly string[]): Secrets {
  const key = () => randomBytes(32).toString('base64url');
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
  return {
    eventBridgeKey: key(),
    webhookPassword: key(),
    merchantSecret: key(),
    noticeKey: `whsec_${randomBytes(32).toString('base64')}`,
    queueKey: key(),
    accountKeys: Object.fromEntries(accounts.map((account) => [account, key()])),
    addressSignature: randomBytes(32).toString('hex'),
    webhookSigner: privateKey,
    webhookKeySet: { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: webhookKeyId, alg: 'ES384', use: 'sig' }] },
  };
}

/** The signature of a webhook's body, as Buy with Prime sends it. */
export function webhookSignature({ webhookSigner }: Secrets, body: Uint8Array): string {
  return sign('sha384', body, webhookSigner).toString('base64');
}

/** An address as vendors put it into messages: anyone who has it may read. */
export function signedAddress({ addressSignature }: Secrets): string {
  return (
    'https://marketplace-uploads.s3.us-east-1.amazonaws.com/report.csv?X-Amz-Algorithm=AWS4-HMAC-SHA256' +
    `&X-Amz-Credential=ASIACHAOS%2F20261130%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Signature=${addressSignature}`
  );
}

/** Each secret as it would stand in a text, by name. */
export function secretTexts(secrets: Secrets): Readonly<Record<string, string>> {
  const { eventBridgeKey, webhookPassword, merchantSecret, noticeKey, queueKey, addressSignature } = secrets;
  const { accountKeys } = secrets;
  return {
    eventBridgeKey,
    webhookPassword,
    basicAuthorization: Buffer.from(`${webhookUser}:${webhookPassword}`).toString('base64'),
    merchantSecret,
    noticeKey,
    noticeKeyAlone: noticeKey.replace('whsec_', ''),
    queueKey,
    addressSignature,
    ...Object.fromEntries(Object.entries(accountKeys).map(([account, key]) => [`keyOf${account}`, key])),
  };
}

/** The user name of Buy with Prime’s webhooks. */
export const webhookUser = 'buy-with-prime';
