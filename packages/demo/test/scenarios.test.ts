import { eventFixtures } from '@marketplace-steward/testing/fixtures';
import { randomBytes, randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { demoConfiguration, newSecrets } from '../src/configuration.ts';
import { readFixture } from '@marketplace-steward/testing/fixtures';
import { allScenarios } from '../src/scenarios/index.ts';
import {
  businessProductId,
  bytesOf,
  changeSetInDocs,
  foundAccounts,
  newcomer,
  securityAccounts,
} from '../src/scenarios/scenario.ts';
import type { Scenario, ScenarioContext, SimulatorControls } from '../src/scenarios/scenario.ts';
import { scenariosNamed } from '../src/scenarios/units.ts';
import { changeSetWorkflowId } from '../../../src/workflows/changeSetRemediation/contract.ts';
import { fileSchema } from '../../../src/config/schema.ts';
import { read } from '../../../src/delivery/read.ts';
import type { JsonValue } from '../../../src/events/types.ts';
import { startBuyWithPrimeSimulator } from '@marketplace-steward/simulators/buyWithPrime';
import { startCatalogSimulator } from '@marketplace-steward/simulators/marketplaceCatalog';

const context: ScenarioContext = {
  token: (length) => randomBytes(length).toString('hex').slice(0, length),
  uuid: () => randomUUID(),
  nowMs: Date.parse('2026-03-01T12:00:00Z'),
};
const scenarios = allScenarios(context);
const alarmOfMerchant = `merchant:${businessProductId}`;
const checkOfUnheard = `reconcile:${foundAccounts.unheard}`;
const addresses = {
  temporal: '127.0.0.1:1',
  namespace: 'default',
  catalogSimulator: 'http://127.0.0.1:2',
  buyWithPrimeSimulator: 'http://127.0.0.1:3',
  tokenServiceSimulator: 'http://127.0.0.1:7',
  ingressPort: 4,
  receivers: {
    url: 'http://127.0.0.1:5',
    topicEndpoint: 'http://127.0.0.1:6',
    topicArn: 'arn:aws:sns:us-east-1:000000000000:notices.fifo',
  },
};
const routing = fileSchema.parse(demoConfiguration(addresses, newSecrets()));

/** The fields of the vendors' samples that hold an id, an account or a date. */
const changeable = new Set([
  'id',
  'arn',
  'requestId',
  'account',
  'accountId',
  'resources',
  'time',
  'ChangeSetId',
  'StartTime',
  'EndTime',
  'expirationDate',
  'upcomingResolutionDueDate',
  'idempotencyKey',
  'eventId',
  'subscriptionId',
  'eventTime',
]);

function samplesOf(scenario: Scenario) {
  return scenario.events.flatMap((event) => (event.from === 'sample' ? [event] : []));
}
const readable = scenarios.flatMap((scenario) =>
  samplesOf(scenario)
    .filter(({ answer }) => answer === 'delivered' || answer === 'duplicate')
    .map((event) => ({ scenario, event, body: JSON.parse(new TextDecoder().decode(event.bytes)) as JsonValue })),
);
const fixtures = readdirSync(eventFixtures).map((file) => file.replace('.json', ''));

/** The innermost field names of all values that differ; undefined where the shapes differ. */
function changedFields(one: JsonValue, other: JsonValue, field: string): string[] | undefined {
  if (typeof one !== 'object' || one === null || typeof other !== 'object' || other === null) {
    return one === other ? [] : [field];
  }
  if (Array.isArray(one) !== Array.isArray(other)) return undefined;
  const keys = Object.keys(one);
  if (JSON.stringify(keys) !== JSON.stringify(Object.keys(other))) return undefined;
  const values = other as Readonly<Record<string, JsonValue>>;
  const parts = Object.entries(one).map(([key, value]) =>
    changedFields(value as JsonValue, values[key] ?? null, Array.isArray(one) ? field : key),
  );
  return parts.some((part) => part === undefined) ? undefined : parts.flatMap((part) => part ?? []);
}

function closestSample(body: JsonValue): { name: string; changed: string[] } | undefined {
  const candidates = fixtures.flatMap((name) => {
    const changed = changedFields(readFixture(name), body, '');
    return changed === undefined ? [] : [{ name, changed }];
  });
  // The two samples of an agreement differ in their detail-type, which may not change, and in an account, which may.
  const distance = (changed: string[]): number =>
    changed.length + 100 * changed.filter((field) => !changeable.has(field)).length;
  return candidates.toSorted((one, other) => distance(one.changed) - distance(other.changed))[0];
}

test.each(readable.map(({ scenario, body }) => [scenario.name, body] as const))(
  '%s: differs from the vendor’s sample in ids, accounts and dates only',
  (_name, body) => {
    const sample = closestSample(body);
    expect(sample?.changed.length).toBeGreaterThan(0);
    expect(sample?.changed.filter((field) => !changeable.has(field))).toEqual([]);
  },
);

test.each<[string, readonly string[], readonly string[]]>([
  ['all without words', [], scenarios.map(({ name }) => name)],
  ['one alone', ['CLIENT_ERROR: needs'], ['CLIENT_ERROR: needs a decision']],
  [
    'one with the one that it watches',
    ['that has found it'],
    ['an event is lost, and the change set found', 'the reconciliation that has found it'],
  ],
  [
    'in the order of the story',
    ['set cancelled', 'CLIENT_ERROR: needs'],
    ['CLIENT_ERROR: needs a decision', 'change set cancelled'],
  ],
])('only some are played: %s', (_, words, names) => {
  expect(scenariosNamed(scenarios, words).map(({ name }) => name)).toEqual(names);
});

test('words that no scenario has are refused, whatever the others are', () => {
  expect(() => scenariosNamed(scenarios, ['cancelled', 'nothing like it'])).toThrow(
    'No scenario has "nothing like it" in its name',
  );
});

test('plays every sample of the vendors', () => {
  const played = new Set(readable.map(({ body }) => closestSample(body)?.name ?? 'none'));
  expect(played).toEqual(new Set(fixtures));
});

test.each(readable.map(({ scenario, event }) => [scenario.name, event, scenario.workflowId] as const))(
  '%s: is delivered to the workflow that is checked',
  (_name, { envelope, bytes }, workflowId) => {
    const reading = read(envelope, bytes, routing);
    expect(reading).toMatchObject({ outcome: 'deliver' });
    const deliveries = reading.outcome === 'deliver' ? reading.deliveries : [];
    expect(deliveries.map((delivery) => delivery.workflowId)).toContain(workflowId);
  },
);

test('the event that was cut goes to the quarantine', () => {
  const [cut] = scenarios.flatMap(samplesOf).filter(({ answer }) => answer === 'quarantined');
  expect(read(cut!.envelope, cut!.bytes, routing)).toMatchObject({ outcome: 'quarantine' });
});

test.each([
  ['held', 'hold'],
  ['ignored', /^(ignored|unknownKind)$/],
] as const)('what the ingress is to answer with %s is read so', (answer, outcome) => {
  const events = scenarios.flatMap(samplesOf).filter((event) => event.answer === answer);
  expect(events.length).toBeGreaterThanOrEqual(3);
  for (const { envelope, bytes } of events) expect(read(envelope, bytes, routing).outcome).toMatch(outcome);
});

test('another start repeats the documented change set, the storm’s digest, security cases, the merchant’s alarm, the check and headings only', () => {
  const earlier = new Set(scenarios.map(({ workflowId }) => workflowId));
  const again = allScenarios(context).map(({ workflowId }) => workflowId);
  expect(again.filter((workflowId) => earlier.has(workflowId))).toEqual([
    changeSetWorkflowId(changeSetInDocs),
    checkOfUnheard,
    alarmOfMerchant,
    ...['123456789012', ...Object.values(securityAccounts)].map((account) => `security:${account}`),
    `unconfigured:${newcomer}`,
    expect.stringMatching(/^unknown-kind:aws\.marketplacecatalog\/Change-Set-Started-/),
    'notice-digest:slack:change-set:444433332222',
  ]);
});

/** What a simulated vendor posts for an event of a scenario, as the way in reads it; undefined for other events. */
async function readOfVendor(event: Scenario['events'][number], { catalog, buyWithPrime }: SimulatorControls) {
  switch (event.from) {
    case 'catalogSimulator':
      return read('eventbridge', bytesOf((await catalog.emit({ changeSetId: event.changeSetId })).event), routing);
    case 'buyWithPrimeSimulator': {
      const envelope = event.announcement.form === 'webhook' ? 'webhook' : 'eventbridge';
      return read(envelope, bytesOf(await buyWithPrime.announce(event.announcement)), routing);
    }
    default:
      return undefined;
  }
}

test('the simulated vendors take everything that is put there, in the order of the story', async () => {
  const catalog = await startCatalogSimulator({ seed: 1 });
  const clients = [{ clientId: 'merchant', clientSecret: 'simulated', businessProductIds: [businessProductId] }];
  const buyWithPrime = await startBuyWithPrimeSimulator({ seed: 1, clients });
  const controls = { catalog: catalog.control, buyWithPrime: buyWithPrime.control };
  const delivered = new Set<string>();
  try {
    for (const scenario of scenarios) {
      scenario.prepare?.(controls);
      for (const event of scenario.events) {
        if (event.from === 'console') event.works(controls);
        const reading = await readOfVendor(event, controls);
        if (reading === undefined) continue;
        const workflowId =
          event.from === 'catalogSimulator' ? changeSetWorkflowId(event.changeSetId) : scenario.workflowId;
        expect([scenario.name, reading]).toMatchObject([scenario.name, { outcome: 'deliver' }]);
        const ids = reading.outcome === 'deliver' ? reading.deliveries.map((delivery) => delivery.workflowId) : [];
        expect(ids).toContain(workflowId);
        ids.forEach((id) => delivered.add(id));
      }
    }
  } finally {
    await catalog.close();
    await buyWithPrime.close();
  }
  const withoutEvents = scenarios.filter(({ events }) => events.length === 0);
  const neverDelivered = withoutEvents.map(({ workflowId }) => workflowId).filter((id) => !delivered.has(id));
  // No event opens these: an operator does, and the activity that is refused.
  expect(neverDelivered).toEqual([checkOfUnheard, alarmOfMerchant]);
});

test('a backfill of 200: both runs find every change set that is put, and the numbers add up', async () => {
  const backfills = scenarios.flatMap((scenario) =>
    scenario.events.flatMap((event) =>
      event.from === 'administrator' && event.does === 'backfillChangeSets' ? [{ scenario, event }] : [],
    ),
  );
  expect(backfills.map(({ event }) => event.input.dryRun ?? true)).toEqual([true, false]);
  const catalog = await startCatalogSimulator({ seed: 1 });
  const buyWithPrime = await startBuyWithPrimeSimulator({ seed: 1, clients: [] });
  let put = 0;
  const putChangeSet: SimulatorControls['catalog']['putChangeSet'] = (changeSet) => {
    catalog.control.putChangeSet(changeSet);
    put += changeSet.account === foundAccounts.backfilled && changeSet.status === 'FAILED' ? 1 : 0;
    expect(Date.parse(changeSet.startTime)).toBeGreaterThan(Date.parse(backfills[0]!.event.input.from));
  };
  try {
    for (const { scenario, event } of backfills) {
      scenario.prepare?.({ catalog: { ...catalog.control, putChangeSet }, buyWithPrime: buyWithPrime.control });
      const { found, known, started, failed, left } = scenario.expected.facts!;
      expect(Number(known) + Number(started) + Number(failed) + Number(left)).toBe(Number(found));
      expect(found).toBe('200');
      expect(event.input).toMatchObject({ account: foundAccounts.backfilled, act: 'propose' });
    }
  } finally {
    await catalog.close();
    await buyWithPrime.close();
  }
  expect(put).toBe(200);
  const [dry, real] = backfills.map(({ scenario }) => scenario);
  expect(new Set(real!.notifiedBesides).size).toBe(Number(dry!.expected.facts!['left']));
  expect(dry!.events.filter(({ from }) => from === 'catalogSimulator')).toHaveLength(
    Number(dry!.expected.facts!['known']),
  );
});

test('the event of the change set that only a check finds is swallowed', async () => {
  const catalog = await startCatalogSimulator({ seed: 1 });
  const buyWithPrime = await startBuyWithPrimeSimulator({ seed: 1, clients: [] });
  const lost = scenarios.find(({ name }) => name === 'an event is lost, and the change set found')!;
  try {
    const controls = { catalog: catalog.control, buyWithPrime: buyWithPrime.control };
    lost.prepare?.(controls);
    for (const event of lost.events) if (event.from === 'console') event.works(controls);
    const [changeSetId = ''] = lost.submits!.ofOrigins;
    expect(await catalog.control.settled(changeSetId)).toBe('FAILED');
    expect(catalog.control.log({ kind: 'event' })).toMatchObject([{ changeSetId, result: 'lost' }]);
  } finally {
    await catalog.close();
    await buyWithPrime.close();
  }
});

test('a storm: the first notices and those of the digest add up to its change sets, and each is in the list', async () => {
  const [storm] = scenarios.filter(({ group }) => group === 'A storm');
  const { besides, expected, notified = {} } = storm!;
  const catalog = await startCatalogSimulator({ seed: 1 });
  const buyWithPrime = await startBuyWithPrimeSimulator({ seed: 1, clients: [] });
  try {
    storm!.prepare?.({ catalog: catalog.control, buyWithPrime: buyWithPrime.control });
    const ids = storm!.events.flatMap((event) => (event.from === 'catalogStorm' ? event.changeSetIds : []));
    const events = await Promise.all(ids.map((changeSetId) => catalog.control.emit({ changeSetId })));
    const readings = events.map(({ event }) => read('eventbridge', bytesOf(event), routing));
    const workflowIds = readings.flatMap((reading) =>
      reading.outcome === 'deliver' ? reading.deliveries.map(({ workflowId }) => workflowId) : [],
    );
    expect(new Set(workflowIds)).toEqual(new Set(besides!.workflowIds));
    expect(workflowIds).toHaveLength(50);
  } finally {
    await catalog.close();
    await buyWithPrime.close();
  }
  const route = routing.notices.routes.find(({ accounts = [] }) => accounts.includes(besides!.account));
  const first = typeof route?.grouping === 'object' ? route.grouping.first : 0;
  expect(first + Number(expected.facts!['reported'])).toBe(50);
  for (const channel of route!.channels) expect(notified[channel]).toBe(first + 1);
});

test('submits are counted for change sets that are played, and for each that is retried', () => {
  const played = new Set(scenarios.flatMap(({ workflowId, notifiedBesides = [] }) => [workflowId, ...notifiedBesides]));
  for (const event of scenarios.flatMap(({ events }) => events)) {
    if (event.from === 'catalogSimulator') played.add(changeSetWorkflowId(event.changeSetId));
    if (event.from === 'catalogStorm') event.changeSetIds.forEach((id) => played.add(changeSetWorkflowId(id)));
  }
  const counted = scenarios.flatMap(({ submits }) => submits?.ofOrigins ?? []);
  expect(counted.filter((id) => !played.has(changeSetWorkflowId(id)))).toEqual([]);
  const retried = scenarios.filter(({ expected }) => expected.state === 'remediated');
  expect(retried.length).toBeGreaterThan(0);
  expect(retried.filter(({ submits }) => submits === undefined || submits.expected === 0)).toEqual([]);
});

test('the scenarios of a group stand side by side, the story first', () => {
  const headings = scenarios.map(({ group }) => group).filter((group, index, all) => all[index - 1] !== group);
  expect(headings).toEqual([...new Set(headings)]);
  expect(headings[0]).toBe('The story');
});

test('no two scenarios have the same name or workflow', () => {
  expect(new Set(scenarios.map(({ name }) => name)).size).toBe(scenarios.length);
  expect(new Set(scenarios.map(({ workflowId }) => workflowId)).size).toBe(scenarios.length);
});
