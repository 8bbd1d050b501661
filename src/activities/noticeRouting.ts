import { defined } from '../defined.ts';
import type { NoticeRoute } from '../channels/port.ts';
import { morningDigestId } from '../workflows/morningDigest/contract.ts';
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
  // A morning digest is for the one route that has asked for it, whatever else that takes.
  if (notice.route !== undefined) return route.morningDigest !== undefined && morningDigestId(route) === notice.route;
  const { severity, accounts } = route;
  return (
    isOnTopic(route, notice) &&
    (accounts === undefined || accounts.includes(notice.account)) &&
    (severity === undefined || isSevereEnough(notice, severity))
  );
}

/** What the routes to a channel say of it together. */
type ChannelUse = Pick<NoticeRoute, 'showBuyers' | 'grouping'>;

/**
 * The channels that a notice goes through, by name, in the order of the routes: those of every route that takes it. A
 * channel shows buyers where one of the routes to it allows that, and groups nothing where one of them says so. A digest goes
 * through its own channel only, whatever its severity.
 */
export function channelsFor(notice: Notice, routes: readonly NoticeRoute[]): ReadonlyMap<string, ChannelUse> {
  const found = new Map<string, ChannelUse>();
  // A route that has gone since its notices were grouped: then the digest is a notice like others.
  const through = routes.some(({ channels }) => channels.some((name) => name === notice.through))
    ? notice.through
    : undefined;
  for (const route of routes) {
    if (through === undefined && !takes(route, notice)) continue;
    for (const name of route.channels) {
      if (through !== undefined && through !== name) continue;
      const before = found.get(name);
      const grouping = before?.grouping === 'off' ? 'off' : (route.grouping ?? before?.grouping);
      found.set(name, {
        showBuyers: route.showBuyers || before?.showBuyers === true,
        ...defined({ grouping }),
      });
    }
  }
  return found;
}
