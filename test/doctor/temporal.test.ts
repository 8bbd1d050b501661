import type { Finding } from '../../src/doctor/finding.ts';
import type { TemporalFacts } from '../../src/doctor/temporal/facts.ts';
import { judgeTemporal, type TemporalPlace } from '../../src/doctor/temporal/judgement.ts';

const place: TemporalPlace = {
  address: '127.0.0.1:7233',
  source: 'the default',
  namespace: 'default',
  isCloud: false,
  hasMerchants: false,
};
const served = { value: [{ workers: 1 }] };
const sound: TemporalFacts = {
  namespace: { value: { retentionMs: 90 * 86_400_000 } },
  attributes: { value: { missing: [], mistyped: [] } },
  queues: { workflows: served, aws: served, buyWithPrime: served, notices: served },
  deployments: new Map(),
  failingTasks: { value: { count: 0, causes: [] } },
};
const failed = { failure: { type: 'ServiceError', text: 'no such luck' } };

const notOk = (facts: Partial<TemporalFacts>, where: Partial<TemporalPlace> = {}): readonly Finding[] =>
  judgeTemporal({ ...place, ...where }, { ...sound, ...facts }).filter(({ verdict }) => verdict !== 'ok');

test('what is sound is ok', () => {
  expect(notOk({})).toEqual([]);
});

test('what could not be asked is unknown, each thing for itself', () => {
  const { namespace: _namespace, deployments: _deployments, serverVersion: _version, ...asked } = sound;
  for (const name of Object.keys(asked).filter((one) => one !== 'queues')) {
    expect(notOk({ [name]: failed })).toMatchObject([
      { verdict: 'unknown', text: expect.stringContaining('no such luck') },
    ]);
  }
  const queues = { ...sound.queues, aws: failed };
  expect(notOk({ queues })).toMatchObject([{ verdict: 'unknown', text: expect.stringContaining('steward-aws') }]);
  expect(notOk({ deployments: new Map([['steward', failed]]) })).toMatchObject([{ verdict: 'unknown' }]);
  expect(notOk({ namespace: failed })).toMatchObject([
    { verdict: 'bad', text: expect.stringContaining('cannot be used') },
  ]);
});

test('workflows whose task fails stand still', () => {
  const causes = ['NonDeterministicError'];
  expect(notOk({ failingTasks: { value: { count: 3, causes } } })).toMatchObject([
    {
      area: 'workers',
      verdict: 'bad',
      text: 'The tasks of 3 workflows fail (NonDeterministicError)',
      commands: ['steward list --attention'],
    },
  ]);
});

test('nobody serves the queue of Buy with Prime: that is bad with merchants alone', () => {
  const queues = { ...sound.queues, buyWithPrime: { value: [] } };
  expect(notOk({ queues })).toEqual([]);
  expect(notOk({ queues }, { hasMerchants: true })).toMatchObject([
    { verdict: 'bad', commands: ['steward worker --queues buyWithPrime --config <file>'] },
  ]);
});

test('the current version of a deployment has to run', () => {
  const queues = { ...sound.queues, workflows: { value: [{ deployment: 'steward', buildId: 'old', workers: 2 }] } };
  const current = (id: string): TemporalFacts['deployments'] => new Map([['steward', { value: { current: id } }]]);
  expect(notOk({ queues, deployments: current('old') })).toEqual([]);
  expect(notOk({ queues, deployments: current('new') })).toMatchObject([
    {
      verdict: 'bad',
      text: expect.stringContaining('steward:new'),
      commands: [expect.stringMatching(/--build-id old$/)],
    },
  ]);
});

test('on Temporal Cloud the commands are its own, or none', () => {
  const cloud = { isCloud: true };
  const attributes = { value: { missing: ['StewardDueAt'], mistyped: [] } };
  expect(notOk({ attributes }, cloud)).toMatchObject([
    { commands: [expect.stringContaining('temporal cloud namespace search-attribute create')] },
  ]);
  const [short] = notOk({ namespace: { value: { retentionMs: 7 * 86_400_000 } } }, cloud);
  expect(short).toMatchObject({ verdict: 'warn', text: expect.stringContaining('for 7 days') });
  expect(short).not.toHaveProperty('commands');
});
