/** One id from the event to the notice: in the ingress's log, the workflow, the worker's log and what a channel sends. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fixture } from '@marketplace-steward/testing/sampleEvents';
import { startReceiver, type Receiver } from '@marketplace-steward/testing/receiver';
import { testTemporal, type TestTemporal } from '@marketplace-steward/testing/temporal/testServer';
import { until } from '@marketplace-steward/testing/until';
import { runOneProcess, type OneProcess } from '../../src/cli/oneProcess.ts';
import { loadConfiguration } from '../../src/config/load.ts';
import { sha256Of } from '../../src/delivery/held.ts';
import { createLogger } from '../../src/logging/logger.ts';

interface Line {
  readonly msg: string;
  readonly part?: string;
  readonly eventId?: string;
  readonly workflowId?: string;
  readonly activity?: string;
  readonly noticeId?: string;
}

const folder = mkdtempSync(join(tmpdir(), 'correlation-'));
const key = 'the-key-of-a-sender-1';
const lines: Line[] = [];
let server: TestTemporal;
let receiver: Receiver;
let process: OneProcess;

beforeAll(async () => {
  server = await testTemporal();
  receiver = await startReceiver();
  const file = join(folder, 'steward.yaml');
  const eventbridge = [{ header: 'x-api-key', valueVariable: 'EVENTBRIDGE_KEY' }];
  const settings = {
    accounts: { '123456789012': { mode: 'observe' } },
    ingress: { port: 0, credentials: { eventbridge } },
    notices: {
      channels: {
        log: { type: 'log' },
        webhook: { type: 'webhook', url: receiver.url, secretVariables: ['WEBHOOK_SECRET'] },
      },
      routes: [{ channels: ['log', 'webhook'] }],
    },
  };
  writeFileSync(file, JSON.stringify(settings));
  const configuration = loadConfiguration(
    {
      TEMPORAL_ADDRESS: server.address,
      TEMPORAL_NAMESPACE: server.namespace,
      TEMPORAL_CONFIG_FILE: join(folder, 'none'),
      EVENTBRIDGE_KEY: key,
      WEBHOOK_SECRET: `whsec_${Buffer.from('a secret of the webhook, long enough').toString('base64')}`,
    },
    file,
  );
  const logger = createLogger({
    destination: { write: (line: string) => void lines.push(JSON.parse(line) as Line) },
  });
  process = await runOneProcess(configuration, logger);
});
afterAll(async () => {
  await process.close();
  await receiver.close();
  await server.close();
  rmSync(folder, { recursive: true });
});

/** What the log and the channel say of an event, once both have its notice. */
async function traced(body: Uint8Array) {
  const before = lines.length;
  const answer = await fetch(`${process.url}/v1/events/eventbridge`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': key },
    body: new Uint8Array(body),
  });
  const { workflowId } = (await answer.json()) as { readonly workflowId: string };
  const newLines = () => lines.slice(before);
  const isNotice = (line: Line) => line.noticeId !== undefined && line.workflowId === workflowId;
  const sent = () =>
    receiver.received
      .map(({ body: text }) => (JSON.parse(text) as { readonly data: Line }).data)
      .find((data) => data.workflowId === workflowId);
  await until(() => newLines().some(isNotice) && sent() !== undefined);
  const description = await server.client.workflow.getHandle(workflowId).describe();
  const metadata = await server.client.workflow.getHandle(workflowId).query('__temporal_workflow_metadata');
  return {
    ingress: newLines().find(({ msg }) => msg === 'event'),
    log: newLines().find(isNotice),
    webhook: sent(),
    workflowId: description.workflowId,
    details: JSON.stringify(metadata),
  };
}

test('an event has one id in the logs of ingress and worker, the workflow’s details and the notice', async () => {
  const { ingress, log, webhook, workflowId, details } = await traced(fixture('offerReleased.isv'));
  const { eventId = 'none' } = ingress ?? {};
  expect(eventId).toMatch(/^offer\.released:/);
  expect(ingress).toMatchObject({ part: 'ingress', eventId, workflowId });
  expect(log).toMatchObject({ part: 'worker', eventId, workflowId, activity: expect.stringMatching(/^sendNotice/) });
  expect(webhook).toMatchObject({ eventId, workflowId });
  expect(details).toContain(`**Event:** ${eventId.slice(0, 15)}`);
});

test('bytes that are no event are known by their digest in all of them', async () => {
  const body = Buffer.from('no json');
  const { ingress, log, webhook } = await traced(body);
  const eventId = sha256Of(body);
  expect([ingress?.eventId, log?.eventId, webhook?.eventId]).toEqual([eventId, eventId, eventId]);
});
