import type { NoticeRoute } from '../channels/port.ts';
import type { Notice, NoticeSeverity } from '../workflows/shared/notices.ts';

const ranks: Record<NoticeSeverity, number> = { information: 0, warning: 1, critical: 2 };

function isSevereEnough({ kind, severity }: Notice, least: NoticeSeverity): boolean {
  switch (kind) {
    case 'acknowledgement':
    case 'resolution':
      return true;
    case 'opening':
    case 'reminder':
    case 'report':
      return ranks[severity] >= ranks[least];
  }
}

/** A notice with a topic goes where it is named, and nowhere else; a route with topics takes no other notice. */
function isOnTopic({ topics }: NoticeRoute, { topic }: Notice): boolean {
  return topic === undefined ? topics === undefined : topics?.includes(topic) === true;
}

function takes(route: NoticeRoute, notice: Notice): boolean {
  const { severity, accounts } = route;
  return (
    isOnTopic(route, notice) &&
    (accounts === undefined || accounts.includes(notice.account)) &&
    (severity === undefined || isSevereEnough(notice, severity))
  );
}

/**
 * The channels that a notice goes through, by name, in the order of the routes: those of every route that takes it. A
 * channel shows buyers where one of the routes to it allows that.
 */
export function channelsFor(
  notice: Notice,
  routes: readonly NoticeRoute[],
): ReadonlyMap<string, Pick<NoticeRoute, 'showBuyers'>> {
  const found = new Map<string, Pick<NoticeRoute, 'showBuyers'>>();
  for (const route of routes) {
    if (!takes(route, notice)) continue;
    for (const name of route.channels) {
      found.set(name, { showBuyers: route.showBuyers || found.get(name)?.showBuyers === true });
    }
  }
  return found;
}
