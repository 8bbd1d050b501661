/** One room of the repository. */
export interface Room {
  /** Its place: a folder, or one file. */
  readonly name: string;
  /** What is in it, for a newcomer. */
  readonly holds: string;
  /** Rooms whose code it may load. */
  readonly values: readonly string[];
  /** Rooms of which it may know types, beside those. */
  readonly types: readonly string[];
  /** Installed packages that it alone may load, with others that name them too: the start of their names. */
  readonly packages?: readonly string[];
}

/** Every room of the service may load it. */
export const groundFloor = 'src/defined.ts';

type Entry = Omit<Room, 'values' | 'types'> & Partial<Pick<Room, 'values' | 'types'>>;

/**
 * The rooms and what each may import beside the ground floor: the one table from which `.dependency-cruiser.mjs` makes
 * its rules and `docs/architecture.md` its table. What is not listed is forbidden.
 */
const table: readonly Entry[] = [
  { name: groundFloor, holds: 'the one way to leave out what is absent' },
  {
    name: 'src/addresses.ts',
    holds: 'a text as any screen may show it: nothing invisible, no link, no secret of an address',
  },
  {
    name: 'src/failures.ts',
    holds: 'the one vocabulary of failures',
  },
  {
    name: 'src/http.ts',
    holds: 'one HTTP request, bounded in time and size',
    values: ['src/failures.ts'],
  },
  {
    name: 'src/events',
    holds: 'bytes to events: schemas, parser, identities; pure',
  },
  {
    name: 'src/workflows',
    holds:
      'a folder for each workflow, and the kernel that runs them (`shared`); replayed, so nothing from outside runs in it',
    values: ['src/addresses.ts'],
    types: ['src/failures.ts'],
    packages: ['@temporalio/workflow'],
  },
  {
    name: 'src/policies',
    holds: 'the values that workflows go by, resolved from the configuration: no workflow code may load them',
    types: ['src/config', 'src/workflows'],
  },
  {
    name: 'src/quotas',
    holds: 'the rate limits that all workers of an account share',
    values: ['src/failures.ts', 'src/workflows'],
    types: ['src/config'],
    packages: ['@temporalio/activity'],
  },
  {
    name: 'src/vendors',
    holds: 'AWS Marketplace and Buy with Prime: interfaces, and adapters over their SDK and HTTP',
    values: ['src/addresses.ts', 'src/failures.ts', 'src/http.ts', 'src/quotas', 'src/spans.ts'],
    packages: ['@aws-sdk/', '@smithy/'],
  },
  {
    name: 'src/channels',
    holds: 'where notices go: log, webhook, Slack, Mattermost, Discord, Amazon SNS, PagerDuty',
    values: ['src/addresses.ts', 'src/failures.ts', 'src/http.ts'],
    types: ['src/config', 'src/workflows'],
    packages: ['@aws-sdk/', '@smithy/'],
  },
  {
    name: 'src/config',
    holds: 'one schema for one file and the environment',
    values: ['src/addresses.ts', 'src/failures.ts', 'src/quotas', 'src/vendors', 'src/workflows'],
    types: ['src/channels', 'src/events'],
  },
  { name: 'src/spans.ts', holds: 'pieces of work that a trace shows, announced to whatever traces' },
  {
    name: 'src/tracing',
    holds: 'OpenTelemetry, where traces are configured: interceptors and the export of spans',
    values: ['src/config', 'src/logging', 'src/spans.ts'],
    packages: ['@opentelemetry/', '@temporalio/interceptors-opentelemetry', '@temporalio/workflow'],
  },
  {
    name: 'src/logging',
    holds: 'the one place that makes loggers: what a line may show',
    values: ['src/addresses.ts', 'src/config'],
    packages: ['pino'],
  },
  {
    name: 'src/delivery',
    holds: 'event to workflow (`routing`, pure), and every call of Temporal’s client',
    values: ['src/addresses.ts', 'src/events', 'src/failures.ts', 'src/policies', 'src/workflows'],
    types: ['src/config', 'src/quotas', 'src/vendors'],
    packages: ['@temporalio/client'],
  },
  {
    name: 'src/changeDetails',
    holds: 'the details of a change as text: read, compared, and masked where they hold secrets; pure',
    values: ['src/addresses.ts', 'src/workflows'],
    types: ['src/vendors'],
  },
  {
    name: 'src/activities',
    holds: 'a folder for each workflow’s calls to the outside, and those that several share',
    values: ['src/changeDetails', 'src/failures.ts', 'src/logging', 'src/policies', 'src/workflows'],
    types: ['src/channels', 'src/config', 'src/delivery', 'src/vendors'],
    packages: ['@temporalio/activity'],
  },
  {
    name: 'src/queues',
    holds: 'Amazon SQS: queues that bring events, and what waits there for Temporal; and the bus of test events',
    values: ['src/addresses.ts', 'src/delivery', 'src/events', 'src/failures.ts', 'src/vendors'],
    types: ['src/config', 'src/workflows'],
    packages: ['@aws-sdk/', '@smithy/', 'sqs-consumer'],
  },
  {
    name: 'src/ingress',
    holds: 'what takes events: HTTP endpoints, credentials, answers, readiness; and the queues',
    values: ['src/config', 'src/delivery', 'src/events', 'src/queues', 'src/spans.ts', 'src/tracing'],
    packages: ['fastify', 'prom-client'],
  },
  {
    name: 'src/codecServer',
    holds: 'HTTP: payloads decrypted and encrypted for the Web UI and Temporal’s command line',
    values: ['src/config', 'src/delivery', 'src/ingress'],
    packages: ['fastify'],
  },
  {
    name: 'src/workers',
    holds: 'the worker process: everything composed, and the workflow bundle',
    values: [
      'src/activities',
      'src/channels',
      'src/config',
      'src/delivery',
      'src/failures.ts',
      'src/logging',
      'src/policies',
      'src/quotas',
      'src/tracing',
      'src/vendors',
      'src/workflows',
    ],
    packages: ['@temporalio/worker', '@temporalio/client'],
  },
  {
    name: 'src/doctor',
    holds: 'what `steward doctor` asks, and what the answers mean (pure); it changes nothing',
    values: [
      'src/addresses.ts',
      'src/channels',
      'src/config',
      'src/delivery',
      'src/events',
      'src/failures.ts',
      'src/http.ts',
      'src/queues',
      'src/vendors',
      'src/workers',
      'src/workflows',
    ],
    packages: ['@aws-sdk/', '@temporalio/client'],
  },
  {
    name: 'src/cli',
    holds: 'the `steward` command',
    values: [
      'src/addresses.ts',
      'src/changeDetails',
      'src/codecServer',
      'src/config',
      'src/delivery',
      'src/doctor',
      'src/events',
      'src/ingress',
      'src/logging',
      'src/policies',
      'src/queues',
      'src/workers',
      'src/workflows',
    ],
    packages: ['commander', '@temporalio/client'],
  },
  {
    name: 'bin',
    holds: 'the start of the `steward` command: which Node, and with how much memory',
    values: ['src', 'tools'],
  },
  { name: 'packages/simulators', holds: 'both vendors and AWS STS on their wire' },
  {
    name: 'packages/testing',
    holds: 'Temporal servers, running worlds, receivers: for tests, bench and demo',
    values: ['src', 'packages/simulators'],
  },
  {
    name: 'packages/demo',
    holds: '`npm start`: scenarios and live view',
    values: ['src', 'packages/simulators', 'packages/testing'],
  },
  {
    name: 'bench',
    holds: '`npm run bench`',
    values: ['bin', 'src', 'packages/simulators', 'packages/testing'],
  },
  {
    name: 'tools',
    holds: 'bootstrap, recorded histories, pictures, generated pages, `npm run fuzz`, `npm run chaos`',
    values: ['bench', 'bin', 'src', 'packages/simulators', 'packages/testing', 'packages/demo'],
  },
];

/** All rooms, with the ground floor among what those of the service may load. */
export const rooms: readonly Room[] = table.map(({ values = [], types = [], ...room }) => {
  const ofService = room.name.startsWith('src/') && room.name !== groundFloor;
  return { ...room, values: ofService ? [groundFloor, ...values] : values, types };
});

const escaped = (text: string): string => text.replaceAll('.', '\\.');
/** Folders of tests are outside the borders, wherever they stand. */
const notTests = '/test/';
const inside = (name: string): string => (name.endsWith('.ts') ? `^${escaped(name)}$` : `^${name}/`);
const typeOnly = ['type-only'];

/** A rule as dependency-cruiser takes it. */
interface Rule {
  readonly name: string;
  readonly severity: 'error';
  readonly from: object;
  readonly to: object;
}

/** The rules of dependency-cruiser for one room: no other room but those listed, and some of them for types only. */
function rulesOf({ name, values, types }: Room): readonly Rule[] {
  const from = { path: inside(name), pathNot: [notTests] };
  const listed = [name, ...values, ...types].map(inside);
  const rules: Rule[] = [
    {
      name: `${name} reaches outside its list`,
      severity: 'error',
      from,
      to: { path: '^(src|packages|bench|tools|test|bin)/', pathNot: listed },
    },
  ];
  if (types.length > 0) {
    rules.push({
      name: `${name} may know types only`,
      severity: 'error',
      from,
      to: { path: types.map(inside), dependencyTypesNot: typeOnly },
    });
  }
  return rules;
}

/** The rules for packages that are one room's: the others of `src` load none of them. */
function packageRules(): readonly Rule[] {
  const names = [...new Set(rooms.flatMap(({ packages = [] }) => packages))];
  return names.map((name) => ({
    name: `${name} is not for every room`,
    severity: 'error',
    from: {
      path: '^src/',
      pathNot: rooms.filter(({ packages = [] }) => packages.includes(name)).map((room) => inside(room.name)),
    },
    to: { path: `node_modules/${name}`, dependencyTypesNot: typeOnly },
  }));
}

/** All rules: what dependency-cruiser takes as `forbidden`. */
export function borderRules(): readonly Rule[] {
  return [
    { name: 'no import cycle, of types neither', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'every file has a room',
      severity: 'error',
      from: { path: '^src/', pathNot: rooms.map(({ name }) => inside(name)) },
      to: {},
    },
    {
      name: 'workflow code loads nothing but itself and the SDK’s workflow runtime',
      severity: 'error',
      from: { path: '^src/workflows/' },
      to: {
        pathNot: ['^src/', 'node_modules/@temporalio/(workflow|common)/'],
        dependencyTypesNot: typeOnly,
      },
    },
    ...rooms.flatMap(rulesOf),
    ...packageRules(),
  ];
}
