import { defined } from '../defined.ts';
import type { NoticeChannel, OutgoingNotice } from './port.ts';
import type { NoticeSeverity } from '../workflows/shared/notices.ts';
import { postNotice, type HttpChannelOptions } from './post.ts';
import { fittingIdentity, shortened, wordsOf } from './text.ts';

/** An integration of a PagerDuty service. */
interface PagerDutyOptions extends HttpChannelOptions {
  /** Where events are taken: https://events.pagerduty.com/v2/enqueue, or the EU's. */
  readonly url: string;
  /** The integration key. */
  readonly routingKey: string;
}

type EventAction = 'trigger' | 'acknowledge' | 'resolve';

const actions: Record<OutgoingNotice['kind'], EventAction> = {
  opening: 'trigger',
  reminder: 'trigger',
  acknowledgement: 'acknowledge',
  resolution: 'resolve',
};
const severities: Record<NoticeSeverity, string> = { information: 'info', warning: 'warning', critical: 'critical' };

/** In characters (PagerDuty, Events API v2, "Send an alert event"). */
const longest = { deduplicationKey: 255, summary: 1_024 };

function eventOf(notice: OutgoingNotice, routingKey: string): object {
  const { title, lines, nextStep } = wordsOf(notice);
  const { link } = notice;
  return {
    routing_key: routingKey,
    event_action: actions[notice.kind],
    // One incident for a workflow: a reminder adds to it, and what ends the matter closes it.
    dedup_key: fittingIdentity(notice.workflowId, longest.deduplicationKey),
    client: 'marketplace-steward',
    ...(link === undefined ? {} : { client_url: link, links: [{ href: link, text: 'Open in the Web UI' }] }),
    payload: {
      summary: shortened(title, longest.summary),
      source: `account ${notice.account}`,
      severity: severities[notice.severity],
      class: notice.kind,
      custom_details: { noticeId: notice.id, lines, nextStep },
    },
  };
}

/** Sends notices as events of PagerDuty: opening and reminder trigger, acknowledgement and resolution do what they say. */
export function createPagerDutyChannel({ name, url, routingKey, timeoutMs }: PagerDutyOptions): NoticeChannel {
  return {
    name,
    send: (notice) =>
      postNotice({
        url,
        body: JSON.stringify(eventOf(notice, routingKey)),
        onRefusal: 'Check the routing key, and that the integration is an Events API v2 one.',
        secrets: [routingKey],
        ...defined({ timeoutMs }),
      }),
  };
}
