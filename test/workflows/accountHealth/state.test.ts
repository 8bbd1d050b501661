import { readHealth } from '../../../src/workflows/accountHealth/carried.ts';
import fc from 'fast-check';
import { accountHealthDefaults as policy } from '../../../src/policies/defaults.ts';
import { accountHealthDetails, accountHealthStatus } from '../../../src/workflows/accountHealth/details.ts';
import { checksFor, stillRefused } from '../../../src/workflows/accountHealth/checks.ts';
import type { AccessRefusedMessage, RefusalType } from '../../../src/workflows/accountHealth/contract.ts';
import {
  newHealth,
  quietAtMs,
  stateName,
  type AccountHealth,
  type HealthMessage,
} from '../../../src/workflows/accountHealth/state.ts';
import { next, refusalProblem } from '../../../src/workflows/accountHealth/transitions/next.ts';
import type { Notice } from '../../../src/workflows/shared/notices.ts';

const account = '123456789012';
const roleArn = `arn:aws:iam::${account}:role/steward`;
const startMs = Date.parse('2026-11-01T12:00:00.000Z');
const secret = 'X-Amz-Signature=abc';

/** An account that takes messages, and all that was sent. */
class Played {
  nowMs = startMs;
  readonly notices: Notice[] = [];
  health: AccountHealth = newHealth({ account, catalog: 'AWSMarketplace' }, startMs);

  take(...events: readonly HealthMessage[]): this {
    for (const event of events) {
      const transition = next(this.health, event, { policy, nowMs: this.nowMs });
      // Every state can be carried to another run.
      this.health = readHealth(transition.state);
      this.notices.push(...transition.notices);
    }
    return this;
  }

  pass(ms: number): this {
    this.nowMs += ms;
    return this;
  }

  check(): this {
    return this.take({ type: 'checked', keys: this.health.refusals.map(({ key }) => key) });
  }

  get sent(): string[] {
    return this.notices.map(({ kind, severity, nextStep }) => `${kind} ${severity}: ${nextStep}`);
  }
}

let messages = 0;
function refused(
  operation: string,
  failureType: RefusalType = 'AccessDenied',
  values: Partial<AccessRefusedMessage> = {},
): HealthMessage {
  messages += 1;
  const at = new Date(startMs).toISOString();
  const message = { eventId: `refusal-${messages}`, operation, failureType, message: `${operation}: no`, at };
  return { type: 'refused', message: { ...message, ...values } };
}

test.each([
  ['AccessDenied', 'Grant aws-marketplace:StartChangeSet to the role that is used for account 123456789012'],
  ['CredentialsRejected', 'Renew the credentials of account 123456789012'],
  ['NotConfigured', 'Add account 123456789012 to the configuration'],
] as const)('%s names the action that is missing', (failureType, action) => {
  const played = new Played().take(refused('StartChangeSet', failureType));
  expect(played.sent).toEqual([`opening critical: ${action}. No restart is needed.`]);
  expect(accountHealthStatus(played.health)).toMatchObject({ state: 'refused', missing: [{ action, refusals: 1 }] });
});

test('expired credentials are one missing action, whatever operations meet them', () => {
  const played = new Played().take(
    refused('DescribeChangeSet', 'CredentialsRejected'),
    refused('StartChangeSet', 'CredentialsRejected'),
  );
  expect(played.notices).toHaveLength(1);
  expect(played.health.refusals).toMatchObject([{ key: 'CredentialsRejected', count: 2 }]);
});

test('another missing permission adds to the list and is notified once', () => {
  const played = new Played().take(
    refused('ListChangeSets'),
    refused('StartChangeSet'),
    refused('ListChangeSets'),
    refused('StartChangeSet'),
  );
  expect(played.notices.map(({ id }) => id)).toEqual([
    'account:123456789012:2026-11-01T12:00:00.000Z:ListChangeSets',
    'account:123456789012:2026-11-01T12:00:00.000Z:StartChangeSet',
  ]);
});

test('the same message again is not counted again', () => {
  const once = refused('ListChangeSets');
  expect(new Played().take(once, once).health.refusals).toMatchObject([{ count: 1 }]);
});

test('a check counts a minute after the newest refusal and not before', () => {
  const played = new Played().take(refused('ListChangeSets')).pass(59_999).check();
  expect(stateName(played.health)).toBe('refused');
  expect(stateName(played.pass(1).check().health)).toBe('recovered');
  expect(played.notices[1]).toMatchObject({ kind: 'resolution', id: expect.stringMatching(/:end$/) });
  expect(played.notices[1]?.lines[0]).toBe('Every check of what was refused has passed.');
});

test('StartChangeSet, which cannot be tried, counts as allowed after half an hour of silence, and that is said', () => {
  const played = new Played().take(refused('StartChangeSet')).pass(1_000_000).take(refused('StartChangeSet'));
  expect(stateName(played.pass(1_799_999).check().health)).toBe('refused');
  expect(stateName(played.pass(1).check().health)).toBe('recovered');
  expect(played.notices[1]?.lines[0]).toContain('is not proven');
  expect(accountHealthStatus(played.health).nextStep).toContain('goes on automatically');
});

test('a check that began before a further refusal was met does not speak for it', () => {
  const played = new Played().take(
    refused('ListChangeSets'),
    refused('ListTagsForResource', undefined, { resource: 'arn' }),
  );
  played.pass(120_000).take({ type: 'checked', keys: ['ListChangeSets'] });
  expect(stateName(played.health)).toBe('refused');
});

test('a run without a refusal ends in silence after its check', () => {
  const played = new Played().check();
  expect([stateName(played.health), played.notices]).toEqual(['recovered', []]);
});

test('a refusal in the moment of closing is an incident of its own', () => {
  const at = new Date(startMs + 60_000).toISOString();
  const played = new Played().take(refused('ListChangeSets')).pass(60_000).check();
  played.take(refused('ListChangeSets', 'AccessDenied', { at }));
  expect(stateName(played.health)).toBe('refused');
  expect(new Set(played.notices.map(({ id }) => id)).size).toBe(3);
});

test('a cancelled run ends without a resolution', () => {
  const played = new Played().take(refused('ListChangeSets'), { type: 'cancelled' }).pass(60_000).check();
  expect([stateName(played.health), played.notices.length]).toEqual(['abandoned', 1]);
});

test.each([
  ['nothing', undefined, ['eventId', 'operation', 'failureType', 'message', 'at']],
  ['a text', 'StartChangeSet', ['eventId', 'operation', 'failureType', 'message', 'at']],
  [
    'other kinds',
    { eventId: 'a', operation: 'no letters!', resource: 1, failureType: 'NotFound', message: 'm', at: 'yesterday' },
    ['operation', 'resource', 'failureType', 'at'],
  ],
])('a signal of %s is no refusal, and its fields are named', (_name, value, fields) => {
  const sentence = refusalProblem(value) ?? '';
  const names = ['eventId', 'operation', 'resource', 'failureType', 'message', 'at'];
  expect(names.filter((name) => sentence.includes(`${name} (`))).toEqual(fields);
  const { message } = refused('StartChangeSet') as Extract<HealthMessage, { type: 'refused' }>;
  expect(refusalProblem(message)).toBeUndefined();
});

test('checks are the refused reads; credentials are tried by a listing, and so is what cannot be tried', () => {
  const call = (operation: string, failureType: RefusalType, resource?: string) => ({
    operation,
    failureType,
    ...(resource === undefined ? {} : { resource }),
  });
  expect(checksFor([call('DescribeChangeSet', 'AccessDenied', 'id'), call('StartChangeSet', 'AccessDenied')])).toEqual([
    { operation: 'DescribeChangeSet', resource: 'id', refused: 'AccessDenied' },
  ]);
  expect(checksFor([call('StartChangeSet', 'CredentialsRejected')])).toEqual([
    { operation: 'ListChangeSets', refused: 'CredentialsRejected' },
  ]);
  expect(checksFor([call('StartChangeSet', 'AccessDenied')])).toEqual([
    { operation: 'ListChangeSets', refused: 'CredentialsRejected' },
  ]);
});

test('a call that is denied an operation has shown good credentials, and not the other way round', () => {
  expect(stillRefused('AccessDenied', 'CredentialsRejected')).toBe(false);
  expect(stillRefused('CredentialsRejected', 'AccessDenied')).toBe(true);
  expect(stillRefused('NotConfigured', 'CredentialsRejected')).toBe(true);
  expect(stillRefused('CredentialsRejected', 'CredentialsRejected')).toBe(true);
});

describe('in any order', () => {
  const types = ['AccessDenied', 'CredentialsRejected', 'NotConfigured'] as const;
  const operations = ['DescribeChangeSet', 'ListChangeSets', 'ListTagsForResource', 'StartChangeSet'];
  const step = fc.oneof(
    {
      weight: 4,
      arbitrary: fc
        .record({ operation: fc.constantFrom(...operations), type: fc.constantFrom(...types), known: fc.boolean() })
        .map(({ operation, type, known }) => (played: Played) => {
          const at = new Date(played.nowMs).toISOString();
          played.take(refused(operation, type, { at, ...(known ? { resource: 'some' } : {}) }));
        }),
    },
    { weight: 1, arbitrary: fc.constant((played: Played) => void played.check()) },
    { weight: 1, arbitrary: fc.constant((played: Played) => void played.take({ type: 'checked', keys: [] })) },
    {
      weight: 1,
      arbitrary: fc.integer({ min: 1, max: 3_600_000 }).map((ms) => (played: Played) => void played.pass(ms)),
    },
  );
  const missingBy = (health: AccountHealth) => accountHealthStatus(health).missing.map(({ action }) => action);

  test('each missing action of an incident is notified once, each end once, and no end comes too soon', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const played = new Played();
        let openings = 0;
        let ends = 0;
        let tooSoon = 0;
        for (const take of steps) {
          const before = played.health;
          take(played);
          const opened = before.phase.name === 'ended' && played.health.phase.name === 'refused';
          const known = opened ? [] : missingBy(before);
          openings += missingBy(played.health).filter((action) => !known.includes(action)).length;
          if (before.phase.name === 'refused' && played.health.phase.name === 'ended') {
            if (before.refusals.length > 0) ends += 1;
            if (quietAtMs(before, policy) > played.nowMs) tooSoon += 1;
          }
        }
        expect(played.notices.filter(({ kind }) => kind === 'opening')).toHaveLength(openings);
        expect(played.notices.filter(({ kind }) => kind === 'resolution')).toHaveLength(ends);
        expect(tooSoon).toBe(0);
        expect(JSON.parse(JSON.stringify(played.health))).toEqual(played.health);
      }),
    );
  });

  test('once nothing is refused any more, waiting and checking ends it', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const played = new Played();
        for (const take of steps) take(played);
        played.pass(policy.quietMs).check();
        expect(stateName(played.health)).toBe('recovered');
      }),
    );
  });

  test('the details stay under what proxies take, and no address shows', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 3_000 }), fc.integer({ min: 1, max: 60 }), (text, count) => {
        const message = `see https://example.com/x?${secret} ${text}`;
        const played = new Played();
        for (let index = 0; index < count; index += 1) {
          played.take(refused(`Op${'x'.repeat(index)}`, 'AccessDenied', { message }));
        }
        const shown = accountHealthDetails(played.health);
        expect(shown.length).toBeLessThanOrEqual(4_000);
        for (const each of [
          shown,
          JSON.stringify(accountHealthStatus(played.health)),
          JSON.stringify(played.notices),
        ]) {
          expect(each).not.toContain(secret);
        }
      }),
    );
  });
});

describe('a role that cannot be assumed', () => {
  const denied = (operation = 'AssumeRole') => refused(operation, 'CredentialsRejected', { resource: roleArn });

  test('is one notice, which names the action and the role', () => {
    const played = new Played().take(denied(), denied(), denied());
    expect(played.sent).toEqual([
      `opening critical: Allow sts:AssumeRole on ${roleArn}, in the worker’s permissions and in the role’s trust policy ` +
        'with its external id. No restart is needed.',
    ]);
    expect(accountHealthDetails(played.health)).toContain('sts:AssumeRole');
  });

  test('is reported beside credentials that had been refused before: another action is missing', () => {
    const played = new Played().take(refused('ListChangeSets', 'CredentialsRejected'), denied());
    expect(played.health.refusals.map(({ key }) => key)).toEqual(['CredentialsRejected', 'AssumeRole']);
    expect(played.sent).toHaveLength(2);
  });

  test('where it is the caller that AWS does not take, its credentials are what is missing', () => {
    const { sent } = new Played().take(refused('AssumeRole', 'CredentialsRejected'));
    expect(sent).toEqual([
      `opening critical: Renew the credentials that assume the role of account ${account}. No restart is needed.`,
    ]);
  });

  test('is tried by a listing, which needs the role', () => {
    const { health } = new Played().take(denied());
    expect(checksFor(health.refusals)).toEqual([{ operation: 'ListChangeSets', refused: 'CredentialsRejected' }]);
    expect(quietAtMs(health, policy)).toBe(startMs + policy.recheckFirstMs);
  });
});
