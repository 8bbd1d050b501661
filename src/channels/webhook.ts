import { Webhook } from 'standardwebhooks';
import { defined } from '../defined.ts';
import type { NoticeChannel } from './port.ts';
import { postNotice, type HttpChannelOptions } from './post.ts';

/** A receiver of signed notices. */
interface WebhookOptions extends HttpChannelOptions {
  /** Base64, with or without `whsec_`: each signs, so that receivers may change from one to the next. */
  readonly secrets: readonly string[];
}

/**
 * A notice's identity as the header `webhook-id`: what is no letter, digit, `-`, `_`, `~` or `:` is percent-encoded.
 * A full stop would be one too many in the text that is signed (Standard Webhooks, signature scheme).
 */
export function webhookId(noticeId: string): string {
  return encodeURIComponent(noticeId.toWellFormed()).replaceAll('%3A', ':').replaceAll('.', '%2E');
}

/** Posts notices signed by the Standard Webhooks scheme, HMAC-SHA256 (github.com/standard-webhooks/standard-webhooks). */
export function createWebhookChannel({ name, url, secrets, timeoutMs }: WebhookOptions): NoticeChannel {
  const signers = secrets.map((secret) => new Webhook(secret));
  return {
    name,
    async send(notice) {
      const body = JSON.stringify({ type: `notice.${notice.kind}`, data: notice });
      const id = webhookId(notice.id);
      const now = new Date();
      await postNotice({
        url,
        headers: {
          'webhook-id': id,
          'webhook-timestamp': String(Math.floor(now.getTime() / 1_000)),
          'webhook-signature': signers.map((signer) => signer.sign(id, now, body)).join(' '),
        },
        body,
        onRefusal: 'Check the receiver, its address and its secret in the configuration.',
        secrets,
        ...defined({ timeoutMs }),
      });
    },
  };
}
