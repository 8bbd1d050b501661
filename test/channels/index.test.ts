import { pino } from 'pino';
import { createChannels } from '../../src/channels/index.ts';
import type { ChannelConfiguration } from '../../src/config/notices.ts';
import { Secret } from '../../src/config/secret.ts';
import { receiverPaths, startReceivers, type Receivers } from '@marketplace-steward/testing/receivers';
import type { OutgoingNotice } from '../../src/channels/port.ts';
import { sampleNotice, signingKey } from '@marketplace-steward/testing/notices';
import { joinErrorRealms } from '@marketplace-steward/testing/realm';

joinErrorRealms();
const secrets = { signingKey: signingKey('right'), slackToken: 'right-token', routingKey: 'right-routing-key' };
const wrong = { signingKey: signingKey('wrong'), slackToken: 'wrong-token', routingKey: 'wrong-routing-key' };
const logged: Array<Record<string, unknown>> = [];
const logger = pino({ base: null }, { write: (line: string) => logged.push(JSON.parse(line)) });
let receivers: Receivers;
beforeAll(async () => {
  receivers = await startReceivers(secrets);
});
afterAll(() => receivers.close());

const secret = (value: string) => new Secret('VARIABLE', value);

function configured({ signingKey: key, slackToken, routingKey }: typeof secrets): Record<string, ChannelConfiguration> {
  const { url, topicArn, topicEndpoint } = receivers;
  return {
    log: { type: 'log' },
    webhook: { type: 'webhook', url: `${url}${receiverPaths.webhook}`, secrets: [secret(key)] },
    slack: { type: 'slack', url: secret(`${url}${receiverPaths.slack}/${slackToken}`) },
    pagerDuty: { type: 'pagerDuty', url: `${url}${receiverPaths.pagerDuty}`, routingKey: secret(routingKey) },
    sns: {
      type: 'sns',
      topicArn,
      endpoint: topicEndpoint,
      credentials: { accessKeyId: secret('id'), secretAccessKey: secret('key') },
    },
  };
}

async function sendThroughAll(channels: Record<string, ChannelConfiguration>, notice: OutgoingNotice) {
  const outcomes: Record<string, string> = {};
  for (const channel of createChannels({ channels, routes: [] }, logger)) {
    outcomes[channel.name] = await channel.send(notice).then(
      () => 'taken',
      (error: { type?: string }) => error.type ?? 'a bug',
    );
  }
  return outcomes;
}

test('a notice arrives once by every channel of the configuration, however often it is sent', async () => {
  const all = { log: 'taken', webhook: 'taken', slack: 'taken', pagerDuty: 'taken', sns: 'taken' };
  for (let time = 0; time < 2; time += 1) {
    expect(await sendThroughAll(configured(secrets), sampleNotice)).toEqual(all);
  }
  expect(await receivers.countsOf(sampleNotice.workflowId)).toEqual({ webhook: 1, slack: 1, pagerDuty: 1, sns: 1 });
  expect(logged.map(({ noticeId }) => noticeId)).toEqual([sampleNotice.id, sampleNotice.id]);
});

test('receivers that verify their senders take nothing that is signed otherwise', async () => {
  const notice = { ...sampleNotice, workflowId: 'security:other', id: 'security:other:1' };
  const { log: _log, sns: _sns, ...verified } = configured(wrong);
  expect(await sendThroughAll(verified, notice)).toEqual({
    webhook: 'NoticeRefused',
    slack: 'NoticeRefused',
    pagerDuty: 'NoticeRefused',
  });
  expect(await receivers.countsOf('security:other')).toEqual({ webhook: 0, slack: 0, pagerDuty: 0, sns: 0 });
});
