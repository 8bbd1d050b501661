import type { Configuration } from '../../config/load.ts';
import { VENDOR_ENDPOINT } from '../../vendors/buyWithPrime/index.ts';
import { withToken } from '../../vendors/buyWithPrime/tokens.ts';
import { reporterOf, type Finding } from '../finding.ts';
import { isUnanswered, probe, type Probed } from '../probe.ts';

/** Asks Buy with Prime for an access token of a merchant, and keeps nothing of it. */
export async function merchantToken(
  { merchants, endpoints }: Pick<Configuration, 'merchants' | 'endpoints'>,
  businessProductId: string,
): Promise<Probed<void> | undefined> {
  const merchant = merchants[businessProductId];
  if (merchant === undefined) return undefined;
  const url = `${(endpoints.buyWithPrime ?? VENDOR_ENDPOINT).replace(/\/+$/, '')}/token`;
  const credentials = { clientId: merchant.clientId, clientSecret: merchant.clientSecret.reveal() };
  const source = { url, timeoutMs: 8_000 };
  return probe(() => withToken({ source, credentials, businessProductId }, () => Promise.resolve()));
}

/** What it means whether there was a token. */
export function judgeMerchant(businessProductId: string, token: Probed<void>, variable: string): Finding {
  const report = reporterOf(`merchant ${businessProductId}`);
  if ('value' in token) return report.ok('Buy with Prime gives a token (its value is not kept)');
  const { type, text } = token.failure;
  if (isUnanswered(token.failure)) {
    return report.bad(`Buy with Prime does not answer: ${text}`, { mend: 'Check the network to Buy with Prime' });
  }
  if (type !== 'CredentialsRejected') return report.unknown(`Buy with Prime gave no answer that counts: ${text}`);
  return report.bad(`Buy with Prime refuses the credentials: ${text}`, {
    mend: `Check merchants.${businessProductId}.clientId and the value of ${variable}`,
  });
}
