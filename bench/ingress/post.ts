import { Agent, request } from 'node:http';

/** Posts events over connections that stay open. */
export interface Poster {
  /** Rejects unless the ingress answers that the event is delivered. */
  post(bytes: Buffer): Promise<void>;
  /** Closes its connections. */
  close(): void;
}

const answerWithinMs = 10_000;
const accepted = 202;

/**
 * A sender of events with up to so many connections. It is Node's own HTTP client, the leanest there is: what it costs
 * counts against the ingress.
 *
 * @param url the whole address of the envelope
 * @param credential the header that lets events in
 */
export function createPoster(
  url: string,
  credential: { readonly header: string; readonly value: string },
  connections: number,
): Poster {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const headers = { 'content-type': 'application/json', [credential.header]: credential.value };
  const send = (bytes: Buffer): Promise<{ status: number; body: string }> =>
    new Promise((resolve, reject) => {
      const sent = request(
        url,
        { method: 'POST', agent, timeout: answerWithinMs, headers: { ...headers, 'content-length': bytes.byteLength } },
        (response) => {
          let body = '';
          response.setEncoding('utf8');
          response.on('data', (part: string) => (body += part));
          response.once('end', () => resolve({ status: response.statusCode ?? 0, body }));
          response.once('error', reject);
        },
      );
      sent.once('timeout', () => sent.destroy(new Error(`the ingress did not answer within ${answerWithinMs} ms`)));
      sent.once('error', reject);
      sent.end(bytes);
    });
  return {
    async post(bytes) {
      const { status, body } = await send(bytes);
      if (status !== accepted || !isDelivered(body)) {
        throw new Error(`the ingress answered ${status} ${body.slice(0, 300)}, expected ${accepted} with "delivered"`);
      }
    },
    close: () => agent.destroy(),
  };
}

function isDelivered(body: string): boolean {
  const answer: unknown = JSON.parse(body);
  return typeof answer === 'object' && answer !== null && 'outcome' in answer && answer.outcome === 'delivered';
}
