import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSlackChannel } from '../../src/channels/slack.ts';
import { createWebhookChannel } from '../../src/channels/webhook.ts';
import { changeSetWorkflowId } from '../../src/workflows/changeSetRemediation/contract.ts';
import type { ChangeSetReport } from '../../src/workflows/changeSetRemediation/reportShape.ts';
import type { Notice } from '../../src/workflows/shared/notices.ts';
import { finishedEvent, vendorTime } from '@marketplace-steward/testing/changeSetWorld';
import { historyText } from '@marketplace-steward/testing/history';
import { signingKey } from '@marketplace-steward/testing/notices';
import { startReceiver, type Receiver } from '@marketplace-steward/testing/receiver';
import { answeredSteward } from '@marketplace-steward/testing/steward';
import { stewardWorld, type StewardWorld } from '@marketplace-steward/testing/stewardWorld';
import { until } from '@marketplace-steward/testing/until';

type PutChangeSet = Parameters<StewardWorld['simulator']['control']['putChangeSet']>[0];

const reviewer = 'The logo is too small. Fix and resubmit.';
const secretLink = 'https://scan-findings.example/s3cretpath?token=s3cretquery';
const portal = 'https://aws.amazon.com/marketplace/management/requests/';

let world: StewardWorld;
let receiver: Receiver;
let folder: string;
let nextId = 0;
beforeAll(async () => {
  receiver = await startReceiver();
  const url = new URL(receiver.url).origin;
  const channels = [
    createWebhookChannel({ name: 'ops', url: `${url}/ops`, secrets: [signingKey('ops')] }),
    createSlackChannel({ name: 'team', url: `${url}/team/XXXXXXXXXXXX` }),
  ];
  const routes = [{ channels: ['ops', 'team'], showBuyers: false }];
  world = await stewardWorld('real', { parts: () => ({ notices: { channels, routes } }) });
  folder = mkdtempSync(join(tmpdir(), 'steward-report-'));
}, 60_000);
afterAll(async () => {
  await world.close();
  await receiver.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  world.simulator.control.reset();
  world.simulator.control.setEvents({ target: null });
  world.mode = 'auto';
  receiver.received.length = 0;
});

const ago = (ms: number): string => vendorTime(Date.now() - ms);

/** A change set that has failed, with the vendor's event of it; gives its id once a notice of it is out on both channels. */
async function failed(values: Omit<Partial<PutChangeSet>, 'changes'> & Pick<PutChangeSet, 'changes'>): Promise<string> {
  nextId += 1;
  const changeSetId = `report${String(nextId).padStart(19, '0')}`;
  const times = { startTime: ago(120_000), endTime: ago(60_000) };
  const failureCode = values.failureCode ?? 'CLIENT_ERROR';
  const name = 'Publish the product';
  world.simulator.control.putChangeSet({ changeSetId, name, status: 'FAILED', failureCode, ...times, ...values });
  const detail = { FailureCode: failureCode, StartTime: times.startTime, EndTime: times.endTime };
  await world.receive(finishedEvent('Failed', changeSetId, name, detail));
  await until(() =>
    receiver.received.filter(({ body }) => body.includes(changeSetId)).length >= 2 ? true : undefined,
  );
  return changeSetId;
}

/** What came in on a channel, as text. */
const bodies = (channel: 'ops' | 'team'): string =>
  receiver.received.flatMap(({ path, body }) => (path.startsWith(`/${channel}`) ? [body] : [])).join('\n');
function noticeOf(changeSetId: string): Notice {
  const found = receiver.received.find(({ path, body }) => path.startsWith('/ops') && body.includes(changeSetId));
  return (JSON.parse(found?.body ?? '{}') as { readonly data: Notice }).data;
}

async function shown(changeSetId: string): Promise<{ readonly text: string; readonly report: ChangeSetReport }> {
  const there = ['--address', world.temporal.address, '--namespace', world.temporal.namespace];
  const { stdout: text } = await answeredSteward(['show', changeSetId, ...there], { folder });
  const { stdout } = await answeredSteward(['show', changeSetId, '--json', ...there], { folder });
  const { details } = JSON.parse(stdout) as { readonly details: { readonly report: ChangeSetReport } };
  return { text, report: details.report };
}

async function detailsOf(changeSetId: string): Promise<string> {
  const handle = world.client.workflow.getHandle(changeSetWorkflowId(changeSetId));
  const { currentDetails } = await handle.query<{ currentDetails: string }>('__temporal_workflow_metadata');
  return currentDetails;
}

const visibility = (productId: string, code: string, message: string): PutChangeSet['changes'] => [
  {
    changeType: 'UpdateVisibility',
    entityType: 'SaaSProduct@1.0',
    identifier: productId,
    details: '{"TargetVisibility":"Public"}',
    errors: [{ code, message }],
  },
];

function putProduct(entityId: string): void {
  world.simulator.control.putEntity({
    entityId,
    entityType: 'SaaSProduct@1.0',
    details: { Description: { ProductTitle: 'Cloud Widgets' } },
    lastModified: ago(600_000),
  });
}

test('a reviewer’s refusal of a protected change: AWS’s words in every text, and no retry in the next step', async () => {
  putProduct('prod-audited');
  const id = await failed({ changes: visibility('prod-audited', 'AUDIT_ERROR', reviewer) });
  const notice = noticeOf(id);
  expect(notice.lines.join('\n')).toContain('AUDIT_ERROR (UpdateVisibility): A reviewer at AWS refused it');
  expect(notice.lines).toContain(`AWS: “${reviewer}”`);
  expect(notice.lines.join('\n')).toContain('UpdateVisibility on SaaSProduct@1.0 “Cloud Widgets” (prod-audited)');
  expect(notice.lines.at(-1)).toContain(`${portal}${id}`);
  expect(notice.nextStep).toContain(`steward amend ${id} `);
  expect(notice.nextStep).not.toContain('steward retry');
  expect(bodies('team')).toContain(reviewer);

  const { text, report } = await shown(id);
  for (const part of ['AUDIT_ERROR', 'Cloud Widgets', `${portal}${id}`, 'The same input fails again'])
    expect(text).toContain(part);
  expect(text.replaceAll(/\s+/g, ' ')).toContain(reviewer);
  expect(report).toMatchObject({
    account: '123456789012',
    changeSetId: id,
    name: 'Publish the product',
    codes: ['AUDIT_ERROR'],
    link: `${portal}${id}`,
    changes: [
      {
        changeType: 'UpdateVisibility',
        title: 'Cloud Widgets',
        errors: [{ code: 'AUDIT_ERROR', words: reviewer, sameInput: 'endsTheSame' }],
      },
    ],
    question: { row: 6 },
  });
  expect(await detailsOf(id)).toContain(reviewer);
});

test('a scan’s findings: the weakness is named, the link’s path and query are nowhere', async () => {
  const message = `Fix security vulnerability CVE-1 on image one. Findings: ${secretLink}`;
  const id = await failed({
    changes: [
      {
        changeType: 'AddDeliveryOptions',
        entityType: 'ContainerProduct@1.0',
        identifier: 'prod-scanned',
        details: '{}',
        errors: [{ code: 'SCAN_ERROR', message }],
      },
    ],
  });
  const { text, report } = await shown(id);
  const everywhere = [bodies('ops'), bodies('team'), text, JSON.stringify(report), await detailsOf(id)];
  for (const one of everywhere) {
    expect(one.replaceAll(/\s+/g, ' ')).toContain('CVE-1 on image one');
    expect(one).toContain('scan-findings.example');
  }
  const history = await historyText(world.client.workflow.getHandle(changeSetWorkflowId(id)));
  expect(history).toContain('CVE-1 on image one');
  expect([...everywhere, history].join('\n')).not.toContain('s3cret');
});

test('a change set behind a newer success: the code is in the notice all the same', async () => {
  putProduct('prod-overtaken');
  world.simulator.control.putChangeSet({
    changeSetId: 'newer-success',
    name: 'Something else',
    status: 'SUCCEEDED',
    startTime: ago(30_000),
    endTime: ago(20_000),
    changes: [
      { changeType: 'UpdateInformation', entityType: 'SaaSProduct@1.0', identifier: 'prod-overtaken', details: '{}' },
    ],
  });
  const id = await failed({ changes: visibility('prod-overtaken', 'AUDIT_ERROR', reviewer) });
  const notice = noticeOf(id);
  expect(notice.lines.join('\n')).toContain('newer-success');
  expect(notice.lines).toContain(`AWS: “${reviewer}”`);
  expect(notice.nextStep).toMatch(/^Compare it with what is newer.*steward resolve /);
});

test('a failed validation is reported with its verdict, also once it has ended', async () => {
  const changes = visibility('prod-validated', 'INVALID_INPUT', 'LogoUrl: at least 110 pixels.');
  const id = await failed({ intent: 'VALIDATE', changes });
  expect(noticeOf(id)).toMatchObject({ kind: 'resolution' });
  expect(noticeOf(id).lines).toContain('AWS: “LogoUrl: at least 110 pixels.”');
  await world.client.workflow.getHandle(changeSetWorkflowId(id)).result();
  const { text, report } = await shown(id);
  expect(text).toContain('LogoUrl: at least 110 pixels.');
  expect(report).toMatchObject({ intent: 'VALIDATE', codes: ['INVALID_INPUT'] });
  expect(report).not.toHaveProperty('question');
});

test('what the mode holds back is approved', async () => {
  world.mode = 'approve';
  const changes = visibility('prod-held', '', '').map((change) => ({
    ...change,
    changeType: 'UpdateInformation',
    errors: [],
  }));
  world.context = { ...world.context, policies: { changeSet: { retryBackOffMs: [50] } } };
  const id = await failed({ failureCode: 'SERVER_FAULT', failureDescription: 'An internal error occurred.', changes });
  expect(noticeOf(id).nextStep).toMatch(/^Approve submits it.*steward approve .*steward abandon /);
  expect(noticeOf(id).lines.join('\n')).toContain('An internal error occurred.');
});

test('the name of an offer, which may be a buyer’s, is in no text', async () => {
  world.simulator.control.putEntity({
    entityId: 'offer-private',
    entityType: 'Offer@1.0',
    name: 'Deal for Acme Corp',
    details: { Name: 'Deal for Acme Corp', Description: { ProductTitle: 'Deal for Acme Corp' } },
    lastModified: ago(600_000),
  });
  const id = await failed({
    changes: [
      {
        changeType: 'ReleaseOffer',
        entityType: 'Offer@1.0',
        identifier: 'offer-private',
        details: '{}',
        errors: [{ code: 'MISSING_NAME', message: 'Name it.' }],
      },
    ],
  });
  const { text, report } = await shown(id);
  const everywhere = [bodies('ops'), bodies('team'), text, JSON.stringify(report), await detailsOf(id)].join('\n');
  expect(everywhere).toContain('MISSING_NAME');
  expect(everywhere).not.toContain('Acme');
});
