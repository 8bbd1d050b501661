import type { MarketplaceCatalogClient } from '@aws-sdk/client-marketplace-catalog';
import { failure } from '../../failures.ts';
import { post } from '../../http.ts';
import { bounds } from '../probe.ts';
import { postSigned } from './signedForm.ts';

/** As whom AWS takes the calls of an account. */
export interface CallerIdentity {
  /** 12 digits. */
  readonly account: string;
  readonly arn: string;
}

const tokenService = 'https://sts.us-east-1.amazonaws.com';
const question = { Action: 'GetCallerIdentity', Version: '2011-06-15' };

/**
 * Asks AWS as whom it takes the calls of a client (GetCallerIdentity, which needs no permission).
 * @param endpoint of the token service; AWS’s own where it is left out.
 */
export async function callerIdentity(
  client: MarketplaceCatalogClient,
  endpoint: string = tokenService,
): Promise<CallerIdentity> {
  const { text } = await postSigned(client, { endpoint, service: 'sts', form: question });
  const account = /<Account>(\d{12})<\/Account>/.exec(text)?.[1];
  const arn = /<Arn>(arn:[!-~]{1,600}?)<\/Arn>/.exec(text)?.[1];
  if (account === undefined || arn === undefined) {
    throw failure('MalformedAnswer', 'GetCallerIdentity: the answer holds no identity');
  }
  return { account, arn };
}

/**
 * By how much the clock of this machine is ahead of AWS’s, in milliseconds. AWS refuses a question without a signature, and
 * its answer has the time all the same: a clock that is far wrong would make every signed one fail.
 */
export async function clockAheadMs(endpoint: string = tokenService): Promise<number> {
  const sentMs = Date.now();
  const { dateMs } = await post({
    url: `${new URL(endpoint).origin}/`,
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    body: new URLSearchParams(question).toString(),
    timeoutMs: bounds.probeMs,
    operation: question.Action,
  });
  if (dateMs === undefined) throw failure('MalformedAnswer', 'the answer of AWS STS has no date');
  // The header has whole seconds, cut off.
  return (sentMs + Date.now()) / 2 - (dateMs + 500);
}
