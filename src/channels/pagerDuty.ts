import { defined } from '../defined.ts';
import type { NoticeChannel, OutgoingNotice } from './port.ts';
import type { NoticeSeverity } from '../workflows/shared/notices.ts';
import { postNotice, type HttpChannelOptions } from './post.ts';
import { fittingIdentity, fittingLinks, shortened, wordsOf } from './text.ts';

/** An integration of a PagerDuty service. */
interface PagerDutyOptions extends HttpChannelOptions {
  /** Where alert events are taken: https://events.pagerduty.com/v2/enqueue, or the EU's. */
  readonly url: string;
  /** The integration key. */
  readonly routingKey: string;
}

type EventAction = 'trigger' | 'acknowledge' | 'resolve';

type AlertKind = Exclude<OutgoingNotice['kind'], 'report'>;

const actions: Record<AlertKind, EventAction> = {
  opening: 'trigger',
  reminder: 'trigger',
  acknowledgement: 'acknowledge',
  resolution: 'resolve',
};
const severities: Record<NoticeSeverity, string> = { information: 'info', warning: 'warning', critical: 'critical' };

/** In characters (PagerDuty, Events API v2, "Send an alert event"). */
const longest = { deduplicationKey: 255, summary: 1_024, link: 2_000 };

function linksOf(notice: OutgoingNotice): object {
  const { link } = notice;
  const lists = fittingLinks(notice, longest.link).map(({ title, address }) => ({ href: address, text: title }));
  return link === undefined ? {} : { links: [{ href: link, text: 'Open in the Web UI' }, ...lists] };
}

function detailsOf(notice: OutgoingNotice): object {
  const { lines, nextStep } = wordsOf(notice);
  const { id: noticeId, decisions, eventId } = notice;
  return { noticeId, lines, nextStep, ...defined({ decisions, eventId }) };
}

function alertOf(notice: OutgoingNotice, kind: AlertKind, routingKey: string): object {
  const { title } = wordsOf(notice);
  const { link } = notice;
  return {
    routing_key: routingKey,
    event_action: actions[kind],
    // One incident for a workflow: a reminder adds to it, and what ends the matter closes it.
    dedup_key: fittingIdentity(notice.workflowId, longest.deduplicationKey),
    client: 'marketplace-steward',
    ...defined({ client_url: link }),
    ...linksOf(notice),
    payload: {
      summary: shortened(title, longest.summary),
      source: `account ${notice.account}`,
      severity: severities[notice.severity],
      class: kind,
      custom_details: detailsOf(notice),
    },
  };
}

/** What is no problem is a change event, which opens no incident and pages nobody (PagerDuty, "Send a Change Event"). */
function changeOf(notice: OutgoingNotice, routingKey: string): object {
  const { title } = wordsOf(notice);
  return {
    routing_key: routingKey,
    payload: {
      summary: shortened(title, longest.summary),
      source: `account ${notice.account}`,
      custom_details: detailsOf(notice),
    },
    ...linksOf(notice),
  };
}

/** Where change events are taken: `…/v2/change/enqueue` beside `…/v2/enqueue`, with the same routing key. */
export function changeEventUrl(url: string): string {
  const changes = new URL(url);
  changes.pathname = `${changes.pathname.replace(/\/(enqueue\/?)?$/, '')}/change/enqueue`;
  return changes.href;
}

/**
 * Sends notices as events of PagerDuty: opening and reminder trigger, acknowledgement and resolution do what they say. A
 * report is a change event.
 */
export function createPagerDutyChannel({ name, url, routingKey, timeoutMs }: PagerDutyOptions): NoticeChannel {
  return {
    name,
    send: (notice) => {
      const { kind } = notice;
      const event = kind === 'report' ? changeOf(notice, routingKey) : alertOf(notice, kind, routingKey);
      return postNotice({
        url: kind === 'report' ? changeEventUrl(url) : url,
        body: JSON.stringify(event),
        onRefusal: 'Check the routing key, and that the integration is an Events API v2 one.',
        secrets: [routingKey],
        ...defined({ timeoutMs }),
      });
    },
  };
}
