import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse, parseAllDocuments } from 'yaml';
import { renderChart, type Rendered } from '@marketplace-steward/testing/python/helm';
import { kubernetesSchemas, type KubernetesSchemas } from '@marketplace-steward/testing/python/kubernetes';
import { runSteward } from '@marketplace-steward/testing/steward';
import { missingMemorySettings } from '../../bin/memory.mjs';
import { loadConfiguration } from '../../src/config/load.ts';
import { secretsOf, type SecretUse } from '../../src/config/secretUses.ts';
import { metricDefinitions } from '../../src/ingress/metricDefinitions.ts';
import { queueNames } from '../../src/workflows/shared/taskQueues.ts';

const root = join(__dirname, '..', '..');
const chart = join(root, 'deploy', 'helm');
const readText = (path: string): string => readFileSync(join(chart, path), 'utf8');

type Values = Readonly<Record<string, unknown>>;
type Json = Readonly<Record<string, unknown>>;
interface Container {
  readonly env: ReadonlyArray<{ readonly name: string; readonly value?: string; readonly valueFrom?: Json }>;
  readonly volumeMounts: readonly Json[];
  readonly securityContext: Json;
  readonly args: readonly string[];
  readonly readinessProbe?: Json;
  readonly livenessProbe?: Json;
  readonly startupProbe?: Json;
}
interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: { readonly template?: { readonly spec: Json & { readonly containers: readonly Container[] } } };
}

const examples = readdirSync(join(chart, 'ci')).map((name) => ({
  name,
  values: parse(readText(`ci/${name}`)) as Values,
}));
/** The oldest that the chart takes, and the newest whose schemas are there. */
const kubernetesVersions = ['1.30', '1.37'];
const installWithinMs = 300_000;

const [queue = {}, http = {}] = ['queue', 'http'].map(
  (start) => examples.find(({ name }) => name.startsWith(start))?.values,
);
const refused: ReadonlyArray<readonly [string, Values, RegExp]> = [
  ['no configuration', { temporal: { address: 'temporal:7233' } }, /configuration|existingConfigMap/],
  ['an address without a port', { ...queue, temporal: { address: 'temporal', namespace: 'steward' } }, /address/],
  ['a secret’s value in place of a reference', { ...queue, secrets: { STEWARD_KEY: 'the value' } }, /STEWARD_KEY/],
  ['a reference without a key', { ...queue, secrets: { STEWARD_KEY: { secret: 'steward' } } }, /key/],
  ['a port of the configuration’s own', { ...queue, configuration: { ingress: { port: 9000 } } }, /port/],
  ['a route without a certificate', { ...http, ingress: { route: { enabled: true, host: 'a.example' } } }, /tlsSecret/],
];

const folder = mkdtempSync(join(tmpdir(), 'steward-helm-'));
let rendered: readonly Rendered[] = [];
let schemas: Readonly<Record<string, KubernetesSchemas>> = {};
beforeAll(async () => {
  const renders = [...examples.map(({ values }) => values), ...refused.map(([, values]) => values)];
  [rendered, schemas] = await Promise.all([renderChart(chart, renders), kubernetesSchemas(kubernetesVersions)]);
}, installWithinMs);
afterAll(() => rmSync(folder, { recursive: true }));

/** What Helm makes of an example. */
function manifestsOf(name: string): Manifest[] {
  const { manifests = {} } = rendered[examples.findIndex((one) => one.name === name)] ?? {};
  const texts = Object.entries(manifests).filter(([path]) => path.endsWith('.yaml'));
  return texts.flatMap(([, text]) =>
    parseAllDocuments(text, { uniqueKeys: true }).flatMap((document) => {
      if (document.errors.length > 0) throw document.errors[0] ?? new Error('unreadable');
      const made = document.toJS() as Manifest | null;
      return made === null ? [] : [made];
    }),
  );
}

/** Made once for each version: it compiles what it needs. */
const checkers = new Map<string, ReturnType<typeof createChecker>>();

function checker(version: string): ReturnType<typeof createChecker> {
  const made = checkers.get(version) ?? createChecker(version);
  checkers.set(version, made);
  return made;
}

/** Checks a manifest by the schema that is for its version and kind. */
function createChecker(version: string): (manifest: Manifest) => readonly string[] {
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
  const whole = schemas[version] as KubernetesSchemas;
  ajv.addSchema(whole, 'kubernetes');
  return (manifest) => {
    const { apiVersion, kind } = manifest;
    const [name] =
      Object.entries(whole.$defs).find(
        ([, { properties }]) =>
          properties?.apiVersion?.enum?.includes(apiVersion) === true && properties.kind?.enum?.includes(kind) === true,
      ) ?? [];
    if (name === undefined) return [`Kubernetes ${version} has no ${apiVersion} ${kind}`];
    const validate = ajv.getSchema(`kubernetes#/$defs/${name}`);
    void validate?.(manifest);
    return (validate?.errors ?? []).map(({ instancePath, message }) => `${kind} ${instancePath}: ${message ?? ''}`);
  };
}

const deployments = (manifests: readonly Manifest[]) => manifests.filter(({ kind }) => kind === 'Deployment');
const containerOf = ({ spec }: Manifest): Container => spec!.template!.spec.containers[0]!;

describe('the chart', () => {
  it.each(examples)('$name: lint has nothing to say', ({ name }) => {
    const result = rendered[examples.findIndex((one) => one.name === name)];
    expect(result?.refused).toBeUndefined();
    expect(result?.lint).toEqual([]);
  });

  it.each(examples)('$name: holds to Kubernetes’ own schemas, strictly', ({ name }) => {
    const manifests = manifestsOf(name).filter(({ apiVersion }) => apiVersion !== 'monitoring.coreos.com/v1');
    expect(manifests.length).toBeGreaterThan(4);
    for (const version of kubernetesVersions) expect(manifests.flatMap(checker(version))).toEqual([]);
  });

  it('is held to schemas that find errors', () => {
    const check = checker('1.37');
    const [worker] = deployments(manifestsOf(examples[0]!.name));
    const changed = (change: (text: string) => string) => check(JSON.parse(change(JSON.stringify(worker))) as Manifest);
    expect(changed((text) => text)).toEqual([]);
    expect(changed((text) => text.replace('readOnlyRootFilesystem', 'readonlyRootFilesystem'))).not.toEqual([]);
    expect(changed((text) => text.replace(/"maxUnavailable":0/, '"maxUnavailable":[]'))).not.toEqual([]);
    expect(changed((text) => text.replace('apps/v1', 'apps/v1beta1'))).not.toEqual([]);
  });

  it.each(refused)('refuses %s', (title, _values, message) => {
    const result = rendered[examples.length + refused.findIndex(([one]) => one === title)];
    expect(result?.refused).toMatch(message);
  });

  it('has the release of the package, and the commands and limits of memory of its processes', async () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly version: string };
    expect(parse(readText('Chart.yaml'))).toMatchObject({ version, appVersion: version });
    const values = parse(readText('values.yaml')) as Record<'worker' | 'ingress', { readonly nodeOptions: string }>;
    for (const part of ['worker', 'ingress'] as const)
      expect(values[part].nodeOptions).toBe(missingMemorySettings({}, [], part).flags.join(' '));
    expect(readText('templates/worker.yaml')).toContain('[node, dist/cli/main.js, health, --worker]');
    expect((await runSteward(['health', '--help'], { folder: root })).stdout).toContain('--worker');
  });
});

test('the metrics that scale it exist', () => {
  const page = readFileSync(join(root, 'docs', 'kubernetes.md'), 'utf8');
  const values = readText('values.yaml');
  const made = [...page.matchAll(/\{ as: (\w+)/g)].map(([, metric]) => metric);
  expect(made).toEqual([...values.matchAll(/Metric: (\w+)/g)].map(([, metric]) => metric));
  const named = [...page.matchAll(/steward_queue_\w+/g)].map(([metric]) => metric).filter((one) => !made.includes(one));
  expect(named.length).toBeGreaterThan(1);
  for (const metric of named) expect(Object.keys(metricDefinitions)).toContain(metric);
});

describe('the values', () => {
  const schema = JSON.parse(readText('values.schema.json')) as Json;
  const defaults = parse(readText('values.yaml')) as Values;
  const validate = new Ajv({ strict: false, allErrors: true }).compile(schema);
  const isMap = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

  function merged(base: Json, over: Json): Json {
    const entries = Object.entries(over).map(([key, value]) => {
      const under = base[key];
      return [key, isMap(under) && isMap(value) ? merged(under, value) : value] as const;
    });
    return { ...base, ...Object.fromEntries(entries) };
  }

  /** Whose keys are names of others: of variables, labels, accounts. */
  const open = /(^|\.)(configuration|secrets|annotations|labels|nodeSelector)$/;
  function mapsIn(value: Json, path = ''): string[] {
    const inner = Object.entries(value).flatMap(([key, one]) =>
      isMap(one) && !open.test(key) ? mapsIn(one, path === '' ? key : `${path}.${key}`) : [],
    );
    return [path, ...inner];
  }

  function withMember(value: Json, path: string, key: string): Json {
    if (path === '') return { ...value, [key]: 1 };
    const [first = '', ...rest] = path.split('.');
    return { ...value, [first]: withMember(value[first] as Json, rest.join('.'), key) };
  }

  it.each(examples)('$name: are taken with their defaults', ({ values }) => {
    validate(merged(defaults, values));
    expect(validate.errors).toBeNull();
  });

  const whole = merged(defaults, queue);
  it.each(mapsIn(whole))('an unknown key in “%s” is refused', (path) => {
    expect(validate(withMember(whole, path, 'replicaz'))).toBe(false);
  });

  it('are all described', () => {
    const properties = (one: Json): Json => (one['properties'] ?? {}) as Json;
    const compare = (values: Json, described: Json, path: string): void => {
      const known = Object.keys(described).filter((key) => key !== 'global');
      expect({ path, keys: Object.keys(values).toSorted() }).toEqual({ path, keys: known.toSorted() });
      for (const [key, value] of Object.entries(values)) {
        const inner = properties((described[key] ?? {}) as Json);
        if (isMap(value) && Object.keys(inner).length > 0 && !open.test(key)) compare(value, inner, `${path}.${key}`);
      }
    };
    compare(defaults, properties(schema), '');
  });
});

const withConfiguration = examples.filter(({ values }) => values['existingConfigMap'] === undefined);

describe.each(withConfiguration)('$name', ({ name }) => {
  /** The environment that the kubelet gives a container, with the files that variables name. */
  function environmentOf({ env }: Container): Record<string, string> {
    return Object.fromEntries(
      env.map(({ name: variable, value }) => {
        if (value === undefined) return [variable, 'a secret of the cluster'];
        if (!variable.endsWith('_FILE')) return [variable, value];
        const path = join(folder, name, value);
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(
          path,
          variable.includes('ENCRYPTION') ? Buffer.alloc(32, 1).toString('base64') : secretFor(variable),
        );
        return [variable, path];
      }),
    );
  }
  const secretFor = (variable: string): string =>
    variable.includes('URL') ? 'https://hooks.example.com/a/secret' : 'a secret of 16 characters or more';

  it('gives each process a configuration that it takes, with every secret that it needs and no other', () => {
    const manifests = manifestsOf(name);
    const text = manifests.find(({ kind }) => kind === 'ConfigMap')?.data?.['steward.yaml'];
    const file = join(folder, `${name}.steward.yaml`);
    writeFileSync(file, text ?? '');
    const named = [...(text ?? '').matchAll(/Variable: (\w+)/g)].map(([, variable = '']) => variable);
    const given: string[] = [];
    for (const deployment of deployments(manifests)) {
      const container = containerOf(deployment);
      const { TEMPORAL_TLS: _tls, ...environment } = environmentOf(container);
      // The certificates are in volumes, which only the cluster has.
      for (const variable of Object.keys(environment))
        if (/^TEMPORAL_TLS_.*_PATH$/.test(variable)) delete environment[variable];
      const queues = container.args.includes('--queues')
        ? queueNames.filter((one) => container.args[2]?.includes(one))
        : queueNames;
      const uses: readonly SecretUse[] = container.args[0] === 'ingress' ? ['ingress', 'queues'] : secretsOf(queues);
      const configuration = loadConfiguration(environment, file, uses);
      expect(configuration.ingress).toMatchObject({ host: '0.0.0.0', port: 8080 });
      expect(configuration.metrics).toEqual({
        prometheusAddress: '0.0.0.0:9464',
        ingressPrometheusAddress: '0.0.0.0:9465',
      });
      given.push(...Object.keys(environment).map((variable) => variable.replace(/_FILE$/, '')));
    }
    for (const variable of named) expect(given).toContain(variable);
  });
});

describe.each(examples)('$name', ({ name }) => {
  it('asks the ingress over HTTPS where it has a certificate, and over HTTP where it has none', () => {
    const found = deployments(manifestsOf(name)).find((one) => containerOf(one).args[0] === 'ingress')!;
    const { readinessProbe, livenessProbe, startupProbe, volumeMounts } = containerOf(found);
    const isHttps = volumeMounts.some(({ mountPath }) => mountPath === '/etc/steward-tls');
    expect(isHttps).toBe(name.startsWith('http'));
    for (const probe of [readinessProbe, livenessProbe, startupProbe])
      expect(probe).toMatchObject({ httpGet: { port: 'events', scheme: isHttps ? 'HTTPS' : 'HTTP' } });
    expect(readinessProbe).toMatchObject({ httpGet: { path: '/readyz' } });
    expect(livenessProbe).toMatchObject({ httpGet: { path: '/healthz' } });
  });

  it('runs each process without privileges, from a folder that is followed, with secrets by reference alone', () => {
    const found = deployments(manifestsOf(name));
    expect(found.map(containerOf).map(({ args }) => args[0])).toEqual(expect.arrayContaining(['worker', 'ingress']));
    for (const deployment of found) {
      const pod = deployment.spec!.template!.spec;
      const container = containerOf(deployment);
      expect(pod).toMatchObject({
        automountServiceAccountToken: false,
        securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
      });
      expect(container.securityContext).toEqual({
        readOnlyRootFilesystem: true,
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'] },
      });
      for (const mount of container.volumeMounts) expect(mount).not.toHaveProperty('subPath');
      expect(container.volumeMounts).toContainEqual({
        name: 'configuration',
        mountPath: '/etc/steward',
        readOnly: true,
      });
      const byValue = container.env.filter(({ value }) => value !== undefined).map(({ name: variable }) => variable);
      expect(byValue.filter((variable) => /KEY|SECRET|PASSWORD|TOKEN/.test(variable))).toEqual(
        byValue.filter((variable) => /_(FILE|PATH)$/.test(variable) && /KEY|SECRET|PASSWORD|TOKEN/.test(variable)),
      );
    }
  });
});
