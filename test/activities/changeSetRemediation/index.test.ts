import fc from 'fast-check';
import { createChangeSetActivities } from '../../../src/activities/changeSetRemediation/index.ts';
import { failure } from '../../../src/failures.ts';
import type { Mode } from '../../../src/config/modes.ts';
import { startCatalogSimulator, type CatalogSimulator } from '@marketplace-steward/simulators/marketplaceCatalog';
import { createMarketplaceCatalog } from '../../../src/vendors/marketplaceCatalog/index.ts';
import type { SubmitRequest } from '../../../src/workflows/changeSetRemediation/contract.ts';
import { submitToken, successorName } from '../../../src/workflows/changeSetRemediation/lineage.ts';
import { permitsInMemory, type PermitsInMemory } from '../permitsInMemory.ts';
import { account, catalog, ended, originId } from '@marketplace-steward/testing/changeSets';

const originName = 'Update the listing';
const details = '{"ProductTitle":"Title","Weight":12345678901234567890,"Price":1.10,"Escaped":"\\u00e9"}';
const recent = (agoMs: number): string => `${new Date(Date.now() - agoMs).toISOString().slice(0, 19)}Z`;

let simulator: CatalogSimulator;
let mode: Mode;
let modeProblem: Error | undefined;
let dailyCap: number;
let permits: PermitsInMemory;
let activities: ReturnType<typeof createChangeSetActivities>;

beforeAll(async () => {
  simulator = await startCatalogSimulator({ seed: 7, quotas: 'off', defaultDurationMs: 60_000 });
  activities = createChangeSetActivities({
    catalog: createMarketplaceCatalog({
      endpoint: simulator.url,
      credentialsFor: () => ({ accessKeyId: 'SIM123456789012', secretAccessKey: 'simulated' }),
    }),
    modes: {
      modeOf() {
        if (modeProblem !== undefined) throw modeProblem;
        return mode;
      },
      dailyCapOf: () => dailyCap,
    },
    delivery: { isClosed: () => Promise.resolve(false) },
    permits: {
      request: (scope, asked) => permits.request(scope, asked),
      accepted: (whose, used) => permits.accepted(whose, used),
      giveBack: (whose, returned) => permits.giveBack(whose, returned),
    },
    context: { policies: {} },
    attemptMs: () => 60_000,
  });
});
afterAll(() => simulator.close());
beforeEach(() => {
  simulator.control.reset();
  mode = 'auto';
  modeProblem = undefined;
  dailyCap = 50;
  permits = permitsInMemory();
});

interface OriginValues {
  details?: string;
  detailsDocument?: unknown[];
  intent?: 'APPLY' | 'VALIDATE';
  startTime?: string;
}

function putOrigin({ details: text = details, detailsDocument, intent = 'APPLY', startTime }: OriginValues = {}): void {
  simulator.control.putChangeSet({
    changeSetId: originId,
    name: originName,
    status: 'FAILED',
    failureCode: 'SERVER_FAULT',
    startTime: startTime ?? recent(120_000),
    endTime: recent(60_000),
    intent,
    tags: [{ Key: 'team', Value: 'listing' }],
    changes: [
      {
        changeType: 'UpdateInformation',
        entityType: 'SaaSProduct@1.0',
        identifier: 'prod-abc',
        changeName: 'First',
        ...(detailsDocument === undefined ? { details: text } : { detailsDocument: detailsDocument as never }),
      },
    ],
  });
}

const request = (attempt = 1, values: Partial<SubmitRequest> = {}): SubmitRequest => ({
  account,
  catalog,
  originId,
  attempt,
  clientRequestToken: submitToken(originId, attempt),
  name: successorName(originName, originId, attempt),
  sourceId: originId,
  authority: 'policy',
  originStartTime: recent(120_000),
  memberIds: [originId],
  known: [],
  amendments: [],
  ...values,
});

interface StartCall {
  ChangeSet: Array<{ Details?: string; DetailsDocument?: unknown; ChangeName?: string }>;
  ChangeSetTags: Array<{ Key: string; Value: string }>;
  Intent: string;
  ChangeSetName: string;
  ClientRequestToken: string;
}
function accepted(): Array<{ id: string | undefined; request: StartCall }> {
  return simulator.control
    .log({ operation: 'StartChangeSet' })
    .flatMap((entry) =>
      entry.kind === 'call' && entry.tokenRepeated === undefined
        ? [{ id: entry.changeSetId, request: entry.request as StartCall }]
        : [],
    );
}

/** Repeats as the server would, until there is an answer; the number of attempts is bounded. */
async function tried(one: SubmitRequest): Promise<Awaited<ReturnType<typeof activities.submitSuccessor>>> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await activities.submitSuccessor(one);
    } catch (error) {
      if (attempt === 6) throw error;
    }
  }
}

test('the mode is that of this moment, and a file that gives none says why', async () => {
  mode = 'observe';
  expect(await activities.accountMode({ account })).toEqual({ mode: 'observe' });
  mode = 'approve';
  expect(await activities.accountMode({ account })).toEqual({ mode: 'approve' });
  modeProblem = failure('NotConfigured', 'The mode cannot be read.');
  expect(await activities.accountMode({ account })).toEqual({ sentence: 'The mode cannot be read.' });
});

describe('a submit', () => {
  test('sends everything that the origin had, its details byte for byte', async () => {
    putOrigin({ intent: 'VALIDATE' });
    const result = await activities.submitSuccessor(request());
    const [sent] = accepted();
    expect(result).toEqual({ outcome: 'submitted', changeSetId: sent?.id });
    expect(sent?.request).toMatchObject({
      Intent: 'VALIDATE',
      ChangeSetName: `${originName}+retry.${originId}.1`,
      ClientRequestToken: `steward.${originId}.1`,
    });
    expect(sent?.request.ChangeSet[0]).toMatchObject({ Details: details, ChangeName: 'First' });
    expect(sent?.request.ChangeSet[0]).not.toHaveProperty('DetailsDocument');
    expect(sent?.request.ChangeSetTags).toEqual([
      { Key: 'team', Value: 'listing' },
      { Key: 'steward:origin', Value: originId },
    ]);
  });

  test('an array document goes as a document', async () => {
    putOrigin({ detailsDocument: [{ Type: 'ContactSeller' }] });
    await activities.submitSuccessor(request());
    expect(accepted()[0]?.request.ChangeSet[0]).toMatchObject({ DetailsDocument: [{ Type: 'ContactSeller' }] });
  });

  test.each(['resetBefore', 'resetAfter', 'truncated', 'empty', 'htmlError'] as const)(
    'the answer is lost (%s): the next attempt finds what was accepted, and one change set exists',
    async (fault) => {
      putOrigin();
      simulator.control.addFault({ fault, operation: 'StartChangeSet' });
      const result = await tried(request());
      expect(accepted().map(({ id }) => id)).toEqual(['changeSetId' in result ? result.changeSetId : 'none']);
    },
  );

  test('the same attempt again, by whatever run and with a forgotten token, adopts what is there', async () => {
    putOrigin();
    const first = await activities.submitSuccessor(request());
    simulator.control.addFault({ fault: 'forgetToken', operation: 'StartChangeSet' });
    const again = await activities.submitSuccessor(request());
    expect(again).toEqual({ ...first, outcome: 'adopted' });
    expect(accepted()).toHaveLength(1);
  });

  test('any sequence of faults leaves one change set per attempt', async () => {
    const faults = fc.array(
      fc.constantFrom('resetBefore', 'resetAfter', 'truncated', 'empty', 'htmlError', 'throttle'),
      { maxLength: 4 },
    );
    await fc.assert(
      fc.asyncProperty(faults, async (planned) => {
        simulator.control.reset();
        permits = permitsInMemory();
        putOrigin();
        for (const fault of planned as Array<'resetBefore'>)
          simulator.control.addFault({ fault, operation: 'StartChangeSet' });
        await tried(request());
        expect(accepted()).toHaveLength(1);
      }),
      { numRuns: 25 },
    );
  });

  test.each([
    ['observe', 'policy', 'held'],
    ['observe', 'operator', 'held'],
    ['approve', 'policy', 'held'],
    ['approve', 'operator', 'submitted'],
    ['auto', 'policy', 'submitted'],
  ] as const)('in mode %s, decided by %s, it is %s', async (present, authority, expected) => {
    putOrigin();
    mode = present;
    expect(await activities.submitSuccessor(request(1, { authority }))).toMatchObject({ outcome: expected });
    expect(accepted()).toHaveLength(expected === 'held' ? 0 : 1);
  });

  test('what an earlier attempt submitted is adopted in any mode', async () => {
    putOrigin();
    await activities.submitSuccessor(request());
    mode = 'observe';
    expect(await activities.submitSuccessor(request())).toMatchObject({ outcome: 'adopted' });
  });

  test('a copy of the name with another intent is not adopted, and nothing is sent', async () => {
    putOrigin();
    await activities.submitSuccessor(request());
    simulator.control.putChangeSet({
      changeSetId: 'validated',
      name: originName,
      status: 'FAILED',
      startTime: recent(600_000),
      intent: 'VALIDATE',
      changes: [{ changeType: 'UpdateInformation', entityType: 'SaaSProduct@1.0', identifier: 'prod-abc', details }],
    });
    await expect(activities.submitSuccessor(request(1, { sourceId: 'validated' }))).rejects.toMatchObject({
      type: 'RequestRejected',
      nonRetryable: true,
    });
    expect(accepted()).toHaveLength(1);
  });

  test('contents that went stale are not sent by policy', async () => {
    putOrigin({ details: '{"LogoUrl":"https://bucket.example/logo?X-Amz-Date=20260101T000000Z&X-Amz-Expires=60"}' });
    await expect(activities.submitSuccessor(request())).rejects.toMatchObject({ type: 'RequestRejected' });
    expect(accepted()).toHaveLength(0);
  });
});

describe('checks', () => {
  test('the lineage of an origin is found by its markers, past a page of ten', async () => {
    putOrigin();
    for (let attempt = 1; attempt <= 12; attempt += 1) {
      simulator.control.putChangeSet({
        changeSetId: `next-${attempt}`,
        name: successorName(originName, originId, attempt),
        status: attempt === 12 ? 'APPLYING' : 'FAILED',
        startTime: recent(100_000 - attempt * 1_000),
        changes: [{ changeType: 'UpdateInformation', entityType: 'SaaSProduct@1.0', identifier: 'prod-abc', details }],
      });
    }
    const { origin, successors } = ended(await activities.inspectLineage({ account, catalog, changeSetId: originId }));
    expect(origin).toMatchObject({ status: 'FAILED', failureCode: 'SERVER_FAULT', name: originName });
    expect(successors.map(({ attempt, changeSetId }) => `${attempt} ${changeSetId}`)).toEqual(
      Array.from({ length: 12 }, (_, index) => `${index + 1} next-${index + 1}`),
    );
  });

  test('a set of the same name on another entity, or from before the origin, is no successor', async () => {
    putOrigin();
    const name = successorName(originName, originId, 1);
    const change = { changeType: 'UpdateInformation', entityType: 'SaaSProduct@1.0', details };
    simulator.control.putChangeSet({
      changeSetId: 'other',
      name,
      status: 'FAILED',
      startTime: recent(1_000),
      changes: [{ ...change, identifier: 'prod-other' }],
    });
    simulator.control.putChangeSet({
      changeSetId: 'older',
      name,
      status: 'FAILED',
      startTime: recent(900_000),
      changes: [{ ...change, identifier: 'prod-abc' }],
    });
    const { successors } = ended(await activities.inspectLineage({ account, catalog, changeSetId: originId }));
    expect(successors).toEqual([]);
  });

  test('the title of the product comes with the check for concurrent changes, and costs no further call', async () => {
    putOrigin();
    simulator.control.putEntity({
      entityId: 'prod-abc',
      entityType: 'SaaSProduct@1.0',
      details: { Description: { ProductTitle: 'Cloud Widgets' } },
      lastModified: recent(600_000),
    });
    const reference = { account, catalog, changeSetId: originId };
    const { origin } = ended(await activities.inspectLineage(reference));
    expect(origin.entities).toEqual([{ entityId: 'prod-abc', title: 'Cloud Widgets' }]);
    expect(simulator.control.log({ operation: 'DescribeEntity' })).toHaveLength(1);
    const again = ended(await activities.diagnoseChangeSet(reference, { originId, memberIds: [originId] }));
    expect(again.entities).toEqual(origin.entities);
    expect(simulator.control.log({ operation: 'DescribeEntity' })).toHaveLength(2);
  });

  test('a diagnosis holds no details and no address', async () => {
    simulator.control.putChangeSet({
      changeSetId: originId,
      name: originName,
      status: 'FAILED',
      failureCode: 'CLIENT_ERROR',
      startTime: recent(120_000),
      changes: [
        {
          changeType: 'AddDeliveryOptions',
          entityType: 'AmiProduct@1.0',
          identifier: 'prod-abc',
          details,
          errors: [{ code: 'SCAN_ERROR', message: 'Findings: https://findings.example/secret/path?token=1 expire.' }],
        },
      ],
    });
    const found = ended(
      await activities.diagnoseChangeSet(
        { account, catalog, changeSetId: originId },
        { originId, memberIds: [originId] },
      ),
    );
    const text = JSON.stringify(found);
    expect(text).not.toContain('ProductTitle');
    expect(text).not.toContain('secret');
    expect(found.changes[0]?.errors[0]?.code).toBe('SCAN_ERROR');
  });

  test('an outcome is waited for with a failure that the server repeats', async () => {
    putOrigin();
    const result = await activities.submitSuccessor(request());
    const changeSetId = 'changeSetId' in result ? result.changeSetId : '';
    await expect(activities.awaitOutcome({ account, catalog, changeSetId })).rejects.toMatchObject({
      type: 'NotYet',
      nonRetryable: false,
      category: 'BENIGN',
    });
    simulator.control.plan({ match: { changeSetId }, outcomes: [{ status: 'SUCCEEDED', durationMs: 0 }] });
    await simulator.control.settled(changeSetId);
    expect(await activities.awaitOutcome({ account, catalog, changeSetId })).toMatchObject({ outcome: 'SUCCEEDED' });
  });
});
