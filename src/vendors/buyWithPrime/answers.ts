import { defined } from '../../defined.ts';
import { failure } from '../../failures.ts';
import type { HttpAnswer } from '../../http.ts';

/** The permission that the product query needs (Buy with Prime documentation, API credentials). */
const PERMISSION = '«View & Edit Catalog Data»';

/** The JSON value of an answer; undefined where its type says that it is none, or its text does not parse. */
export function jsonOf(answer: HttpAnswer): unknown {
  if (!/^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(answer.contentType)) return undefined;
  try {
    return JSON.parse(answer.text) as unknown;
  } catch {
    return undefined;
  }
}

/** The failure that an HTTP status other than 200 means. A page of a proxy is no refusal of the service's. */
export function statusFailure(answer: HttpAnswer, operation: string): Error {
  const { status, retryAfterMs } = answer;
  const options = {
    context: { operation, vendorType: `status ${status}` },
    ...defined({ retryAfterMs }),
  };
  if (status === 401) return failure('CredentialsRejected', `${operation}: the token was refused`, options);
  if (status === 403 && jsonOf(answer) !== undefined) return accessDenied(operation, options.context.vendorType);
  if (status === 429) return failure('Throttled', `${operation}: too many requests`, options);
  if (status >= 500) return failure('ServiceFault', `${operation}: status ${status}`, options);
  if (status === 400 && jsonOf(answer) !== undefined) {
    return failure('RequestRejected', `${operation}: status 400`, options);
  }
  return failure('MalformedAnswer', `${operation}: status ${status} is none of the service’s`, options);
}

/** The failure where the credentials do not reach the product. */
export function accessDenied(operation: string, vendorType: string): Error {
  return failure('AccessDenied', `${operation}: the credentials lack the permission ${PERMISSION}`, {
    context: { operation, vendorType },
  });
}
