import type { MarketplaceCatalogClient } from '@aws-sdk/client-marketplace-catalog';
import { failure } from '../../failures.ts';
import { post, type HttpAnswer } from '../../http.ts';
import { bounds } from '../probe.ts';

/** A call in AWS’s query protocol: a form that is posted. STS and IAM speak it, and need no client of their own here. */
export interface SignedForm {
  /** Of the service, without a path. */
  readonly endpoint: string;
  readonly service: 'sts' | 'iam';
  readonly form: Readonly<Record<string, string>> & { readonly Action: string; readonly Version: string };
}

const contentType = 'application/x-www-form-urlencoded; charset=utf-8';
/** Of STS where a client calls it in the region of AWS Marketplace, and of IAM, which is global. */
const signingRegion = 'us-east-1';

const codeIn = (text: string): string => /<Code>([A-Za-z.]{1,60})<\/Code>/.exec(text)?.[1] ?? 'no code';

/**
 * Posts a form, signed by the credentials of a client: those that the account’s own calls are signed by.
 * @throws CredentialsRejected, AccessDenied, ServiceFault or Unreachable; and what the credentials throw.
 */
export async function postSigned(client: MarketplaceCatalogClient, call: SignedForm): Promise<HttpAnswer> {
  const { endpoint, service, form } = call;
  const url = new URL(endpoint);
  const body = new URLSearchParams(form).toString();
  const signer = await client.config.signer();
  const request = {
    method: 'POST',
    protocol: url.protocol,
    hostname: url.hostname,
    path: '/',
    query: {},
    headers: { host: url.host, 'content-type': contentType },
    body,
  };
  const signed = await signer.sign(request, { signingService: service, signingRegion });
  const { host: _host, ...headers } = signed.headers;
  const answer = await post({
    url: `${url.origin}/`,
    headers,
    body,
    timeoutMs: bounds.probeMs,
    operation: form.Action,
  });
  if (answer.status === 200) return answer;
  const code = codeIn(answer.text);
  const context = { operation: form.Action, vendorType: code };
  if (answer.status >= 500) throw failure('ServiceFault', `${form.Action}: status ${answer.status}`, { context });
  if (code.startsWith('AccessDenied')) {
    throw failure('AccessDenied', `${form.Action}: the account may not call it; it needs ${service}:${form.Action}`, {
      context,
    });
  }
  throw failure('CredentialsRejected', `${form.Action}: the credentials failed (${code})`, { context });
}
