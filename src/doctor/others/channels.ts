import type { Logger } from 'pino';
import { followChannels } from '../../channels/index.ts';
import type { NoticeRoute, OutgoingNotice } from '../../channels/port.ts';
import type { NoticeConfiguration } from '../../config/notices.ts';
import { reporterOf, type Finding } from '../finding.ts';
import { probe, type Probed } from '../probe.ts';

const report = reporterOf('notices');

/** A channel that some route leads to, and the places of those routes in the configuration. */
export interface RoutedChannel {
  readonly name: string;
  readonly routes: readonly number[];
}

/** The channels that routes lead to, each once: a channel on three routes gets one test notice, which names them. */
export function routedChannels(routes: readonly Pick<NoticeRoute, 'channels'>[]): readonly RoutedChannel[] {
  const names = [...new Set(routes.flatMap(({ channels }) => channels))];
  return names.map((name) => ({
    name,
    routes: routes.flatMap(({ channels }, index) => (channels.includes(name) ? [index] : [])),
  }));
}

/**
 * The test notice of a channel: a report, which opens nothing and pages nobody.
 * @param at the time of the test, so that no service takes it for a repeat of an earlier one.
 */
function testNotice({ name, routes }: RoutedChannel, at: Date): OutgoingNotice {
  const places = routes.map((index) => `notices.routes[${index}]`).join(', ');
  return {
    id: `doctor:${at.toISOString()}:${name}`,
    kind: 'report',
    severity: 'information',
    account: 'none',
    workflowId: 'doctor',
    title: 'TEST: steward doctor reaches this channel',
    lines: [`Channel ${name}, by ${places}`, 'Nothing happened: an operator asked for this notice'],
    nextStep: 'Nothing to do',
  };
}

/** Sends one test notice to each channel that a route leads to. */
export async function sendTestNotices(
  notices: NoticeConfiguration,
  logger: Logger,
): Promise<ReadonlyArray<readonly [RoutedChannel, Probed<void>]>> {
  const channels = followChannels(logger)(notices);
  const at = new Date();
  return Promise.all(
    routedChannels(notices.routes).map(async (routed) => {
      const channel = channels.find(({ name }) => name === routed.name);
      return [routed, await probe(async () => channel?.send(testNotice(routed, at)))] as const;
    }),
  );
}

/** What became of the test notices. */
export function judgeChannels(sent: ReadonlyArray<readonly [RoutedChannel, Probed<void>]>): readonly Finding[] {
  return sent.map(([{ name }, result]) =>
    'value' in result
      ? report.ok(`Channel ${name} has taken a test notice: see that it shows`)
      : report.bad(`Channel ${name} took no test notice: ${result.failure.text}`, {
          mend: `Check notices.channels.${name} (docs/notices.md)`,
        }),
  );
}

/** What is said where no test notice was asked for. */
export function untriedChannels(routes: readonly Pick<NoticeRoute, 'channels'>[]): Finding {
  const names = routedChannels(routes).map(({ name }) => name);
  if (names.every((name) => name === 'log')) return report.ok('Notices go to the log, and nowhere else');
  return report.unknown(`Not tried: ${names.join(', ')}`, {
    mend: 'Send one marked test notice to each',
    commands: ['steward doctor --test-notice --config <file>'],
  });
}
