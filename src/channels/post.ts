import { defined } from '../defined.ts';
import { failure, type FailureType } from '../failures.ts';
import { post, type HttpAnswer } from '../http.ts';
import { excerptOf } from './excerpt.ts';

/** What every channel over HTTP is made from. */
export interface HttpChannelOptions {
  readonly name: string;
  readonly url: string;
  /** For the whole exchange, in milliseconds; 15 s where it is left out. */
  readonly timeoutMs?: number;
}

/** One notice on its way by HTTP. */
interface NoticePost extends Pick<HttpChannelOptions, 'url' | 'timeoutMs'> {
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body: string;
  /** What the operator checks where the notice is refused. */
  readonly onRefusal: string;
  /** Texts of which no error may repeat anything, beside the address. */
  readonly secrets?: readonly string[];
  /** The delay that an answer asks for where it has no Retry-After, in milliseconds. */
  readonly askedDelayMs?: (answer: HttpAnswer) => number | undefined;
}

/** Standard Webhooks advises 15 to 30 s; an activity's try has 60 s. */
const longestAnswerMs = 15_000;

function meaningOf(status: number): FailureType | undefined {
  if (status >= 200 && status < 300) return undefined;
  if (status === 429) return 'Throttled';
  return status === 408 || status >= 500 ? 'ServiceFault' : 'NoticeRefused';
}

/**
 * Posts a notice once. Redirects are not followed, since body and address may hold secrets.
 * @throws NoticeRefused for a status of 3xx or 4xx; Throttled for 429 and ServiceFault for 408 and 5xx, with the delay
 * that the answer asks for; Unreachable and MalformedAnswer where no whole answer comes.
 */
export async function postNotice(request: NoticePost): Promise<void> {
  const { url, headers, body, timeoutMs = longestAnswerMs, onRefusal, secrets = [], askedDelayMs } = request;
  const answer = await post({
    url,
    headers: { 'content-type': 'application/json', ...headers },
    body,
    timeoutMs,
    operation: 'notice',
  });
  const type = meaningOf(answer.status);
  if (type === undefined) return;
  const reported = `the answer was status ${answer.status}${excerptOf(answer.text, [url, ...secrets])}`;
  throw failure(type, type === 'NoticeRefused' ? `${reported}. It is not tried again. ${onRefusal}` : reported, {
    context: { operation: 'notice', vendorType: `status ${answer.status}` },
    ...defined({ retryAfterMs: answer.retryAfterMs ?? askedDelayMs?.(answer) }),
  });
}
