import { pino } from 'pino';
import { followChannels } from '../../src/channels/index.ts';
import type { ChannelConfiguration } from '../../src/config/notices.ts';
import { Secret } from '../../src/config/secret.ts';
import { receiverPaths, startReceivers, type Receivers } from '@marketplace-steward/testing/receivers';
import type { OutgoingNotice } from '../../src/channels/port.ts';
import { sampleNotice, signingKey } from '@marketplace-steward/testing/notices';

const secretsOf = (word: string) => ({
  signingKey: signingKey(word),
  slackToken: `${word}-slack`,
  mattermostToken: `${word}-mattermost`,
  discordToken: `${word}-discord`,
  routingKey: `${word}-routing-key`,
});
const secrets = secretsOf('right');
const wrong = secretsOf('wrong');
const logged: Array<Record<string, unknown>> = [];
const logger = pino({ base: null }, { write: (line: string) => logged.push(JSON.parse(line)) });
let receivers: Receivers;
beforeAll(async () => {
  receivers = await startReceivers(secrets);
});
afterAll(() => receivers.close());

const secret = (value: string) => new Secret('VARIABLE', value);

function configured({ signingKey: key, ...given }: typeof secrets): Record<string, ChannelConfiguration> {
  const { slackToken, mattermostToken, discordToken, routingKey } = given;
  const { url, topicArn, topicEndpoint } = receivers;
  return {
    log: { type: 'log' },
    webhook: { type: 'webhook', url: `${url}${receiverPaths.webhook}`, secrets: [secret(key)] },
    slack: { type: 'slack', url: secret(`${url}${receiverPaths.slack}/${slackToken}`) },
    mattermost: { type: 'mattermost', url: secret(`${url}${receiverPaths.mattermost}/${mattermostToken}`) },
    discord: { type: 'discord', url: secret(`${url}${receiverPaths.discord}/${discordToken}`) },
    pagerDuty: { type: 'pagerDuty', url: `${url}${receiverPaths.pagerDuty}`, routingKey: secret(routingKey) },
    sns: {
      type: 'sns',
      topicArn,
      endpoint: topicEndpoint,
      credentials: { accessKeyId: secret('id'), secretAccessKey: secret('key') },
    },
  };
}

function eachGot(count: number): Record<string, number> {
  return { webhook: count, slack: count, mattermost: count, discord: count, pagerDuty: count, sns: count };
}

async function sendThroughAll(channels: Record<string, ChannelConfiguration>, notice: OutgoingNotice) {
  const outcomes: Record<string, string> = {};
  for (const channel of followChannels(logger)({ channels, routes: [] })) {
    outcomes[channel.name] = await channel.send(notice).then(
      () => 'taken',
      (error: { type?: string }) => error.type ?? 'a bug',
    );
  }
  return outcomes;
}

test('a notice arrives once by every channel of the configuration, however often it is sent', async () => {
  const types = ['log', 'webhook', 'slack', 'mattermost', 'discord', 'pagerDuty', 'sns'];
  const all = Object.fromEntries(types.map((type) => [type, 'taken']));
  for (let time = 0; time < 2; time += 1) {
    expect(await sendThroughAll(configured(secrets), sampleNotice)).toEqual(all);
  }
  expect(await receivers.countsOf([sampleNotice.workflowId])).toEqual(eachGot(1));
  expect(await receivers.countsOf([sampleNotice.workflowId], '3 versions')).toEqual(eachGot(1));
  expect(await receivers.countsOf([sampleNotice.workflowId], 'said by nobody')).toEqual(eachGot(0));
  expect(logged.map(({ noticeId }) => noticeId)).toEqual([sampleNotice.id, sampleNotice.id]);
});

test('receivers that verify their senders take nothing that is signed otherwise', async () => {
  const notice = { ...sampleNotice, workflowId: 'security:other', id: 'security:other:1' };
  const { log: _log, sns: _sns, ...verified } = configured(wrong);
  expect(await sendThroughAll(verified, notice)).toEqual({
    webhook: 'NoticeRefused',
    slack: 'NoticeRefused',
    mattermost: 'NoticeRefused',
    discord: 'NoticeRefused',
    pagerDuty: 'NoticeRefused',
  });
  expect(await receivers.countsOf(['security:other'])).toEqual(eachGot(0));
});

test('a report of an event arrives by every channel too, at PagerDuty as a change event', async () => {
  const notice: OutgoingNotice = {
    ...sampleNotice,
    kind: 'report',
    topic: 'changeSet.succeeded',
    workflowId: 'change-set:done',
    id: 'change-set:done:succeeded',
    eventId: 'change-set:done:SUCCEEDED',
  };
  await sendThroughAll(configured(secrets), notice);
  expect(await receivers.countsOf(['change-set:done'])).toEqual(eachGot(1));
});
