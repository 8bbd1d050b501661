import { createHash } from 'node:crypto';
import { itemPlanSchema } from '@marketplace-steward/simulators/buyWithPrime/plans';
import {
  planSchema,
  putChangeSetSchema,
  putEntitySchema,
} from '@marketplace-steward/simulators/marketplaceCatalog/controlSchemas';
import type { RouteContext } from '../../src/delivery/delivery.ts';
import { read } from '../../src/delivery/read.ts';
import { unwrap } from '../../src/events/wrappers.ts';
import { testEventWorkflowId } from '../../src/workflows/testEvent/contract.ts';
import { heldEventsWorkflowId } from '../../src/workflows/heldEvents/contract.ts';
import { kindHeading } from '../../src/delivery/headings.ts';
import { planChaos } from '../chaos/plan/index.ts';
import type { Plan, PlannedEvent } from '../chaos/records.ts';

const plan = planChaos({ seed: 19, events: 800 });
const nowMs = Date.UTC(2026, 10, 30, 12);

/** Times as a run fills them in. */
function timed(text: string): string {
  return text.replace(/<<(?:start|sent)([+-]\d+)>>/g, (_all, seconds: string) =>
    new Date(nowMs + Number(seconds) * 1_000).toISOString().replace(/\.\d{3}Z$/, 'Z'),
  );
}

const context: RouteContext = {
  accounts: Object.fromEntries(
    plan.accounts.map((account) => [
      account,
      { mode: plan.modes?.[account] ?? 'observe', catalogs: ['AWSMarketplace'], kind: 'vendor', dailyCap: 50 } as const,
    ]),
  ),
  policies: {},
};

/** Which workflows the steward's own reading gives an event to. */
function takers({ way, vendor, body }: PlannedEvent): readonly string[] {
  const bytes = Buffer.from(timed(body));
  const opened = way === 'queue' ? unwrap(bytes).map((one) => one.bytes) : [bytes];
  return opened.flatMap((event) => {
    const reading = read(vendor === 'aws' ? 'eventbridge' : 'webhook', event, context);
    switch (reading.outcome) {
      case 'deliver':
        return reading.deliveries.map(({ workflowId }) => workflowId);
      case 'test':
        return [testEventWorkflowId(reading.test.testId)];
      case 'unknownKind':
        return [heldEventsWorkflowId(kindHeading(reading.kind))];
      case 'hold':
      case 'quarantine':
        return [`quarantine:${createHash('sha256').update(event).digest('hex')}`];
      case 'ignored':
        return [];
    }
  });
}

test('the same seed gives the same plan, and another seed another one', () => {
  const values = { seed: 19, events: 300 };
  expect(planChaos(values)).toEqual(planChaos(values));
  expect(planChaos({ ...values, seed: 20 })).not.toEqual(planChaos(values));
  expect(planChaos({ seed: 3, events: 300 }).events.length).toBeGreaterThanOrEqual(300);
});

test('the steward reads each event as one for the workflow that the plan names', () => {
  const wrong = plan.events.filter((event) => !takers(event).includes(event.workflowId));
  expect(wrong.map((event) => [event.workflowId, takers(event)])).toEqual([]);
});

test('the vendor’s id of an event stands in its body', () => {
  const wrong = plan.events.filter(({ body, identity }) => identity !== undefined && !body.includes(identity));
  expect(wrong.map((event) => [event.workflowId, takers(event)])).toEqual([]);
});

test('the simulators take everything that is put', () => {
  const schemas: Record<string, { parse: (body: unknown) => unknown }> = {
    plan: planSchema,
    'change-sets': putChangeSetSchema,
    entities: putEntitySchema,
    products: itemPlanSchema,
  };
  const keys = new Set(plan.events.map(({ key }) => key));
  for (const { name, body, before } of plan.puts) {
    expect(before === undefined || keys.has(before)).toBe(true);
    expect(() => schemas[name]?.parse(JSON.parse(timed(JSON.stringify(body))))).not.toThrow();
    expect(schemas[name]).toBeDefined();
  }
});

test('every kind of event comes by every way that it has, some twice, some late, some never', () => {
  const ways = (prefix: string): ReadonlySet<string> =>
    new Set(plan.events.filter(({ workflowId }) => workflowId.startsWith(prefix)).map(({ way }) => way));
  expect(ways('change-set:')).toEqual(new Set(['http', 'queue', 'none']));
  for (const prefix of ['security:', 'offer:', 'item:', 'quarantine:', 'unknown-kind:']) {
    expect([prefix, ways(prefix)]).toEqual([prefix, new Set(['http', 'queue'])]);
  }
  expect(plan.events.some(({ workflowId }) => workflowId.startsWith('test-event:'))).toBe(true);
  expect(plan.events.some(({ vendor }) => vendor === 'buyWithPrime')).toBe(true);
  expect(plan.events.some(({ way, body }) => way === 'queue' && body.includes('"TopicArn"'))).toBe(true);
  expect(plan.events.filter(({ sentAt }) => sentAt.length > 1).length).toBeGreaterThan(plan.events.length / 10);
  expect(plan.events.every(({ sentAt }) => sentAt.every((at) => at >= 0 && at <= 1))).toBe(true);
  expect(plan.commands.map(({ words: [name] }) => name)).toEqual(
    expect.arrayContaining([
      'abandon',
      'resolve',
      'retry',
      'amend',
      'approve',
      'recheck',
      'acknowledge',
      'discard',
      'replay',
    ]),
  );
});

test('commands name their workflow and a reason of their own', () => {
  const reasons = plan.commands.map(({ reason }) => reason);
  expect(new Set(reasons).size).toBe(reasons.length);
  for (const { words, workflowId, reason } of plan.commands)
    expect(words).toEqual(expect.arrayContaining([workflowId, reason]));
});

/** All ends that are certain, by the kind of workflow. */
function certain({ expected }: Plan): ReadonlySet<string> {
  return new Set(
    Object.entries(expected ?? {}).flatMap(([id, { states }]) =>
      states.length === 1 ? [`${id.split(':')[0]} ${states[0]}`] : [],
    ),
  );
}

test('most ends are certain, of all kinds', () => {
  expect([...certain(plan)].toSorted()).toEqual([
    'change-set abandoned',
    'change-set awaitingDecision',
    'change-set cancelled',
    'change-set observed',
    'change-set remediated',
    'change-set reported',
    'change-set resolvedElsewhere',
    'change-set succeeded',
    'item BUYABLE',
    'item NOT_BUYABLE',
    'offer watching',
    'quarantine held',
    'quarantine quarantined',
    'security clear',
    'security open',
    'unconfigured awaitingConfiguration',
    'unknown-kind recorded',
  ]);
  const uncertain = Object.values(plan.expected ?? {}).filter(({ states }) => states.length > 1);
  expect(uncertain.length).toBeLessThan(Object.keys(plan.expected ?? {}).length / 8);
});
