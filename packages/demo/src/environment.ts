import { randomInt } from 'node:crypto';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { stringify } from 'yaml';
import { startBuyWithPrimeSimulator } from '@marketplace-steward/simulators/buyWithPrime';
import { startCatalogSimulator } from '@marketplace-steward/simulators/marketplaceCatalog';
import { startTokenServiceSimulator } from '@marketplace-steward/simulators/securityTokenService';
import { defined } from '../../../src/defined.ts';
import { searchAttributeTypes } from '../../../src/workflows/shared/searchAttributes.ts';
import { demoCallsPerSecond, demoRole } from './accountConfiguration.ts';
import { ChildFailed, startChild } from './child.ts';
import type { Child } from './child.ts';
import { demoConfiguration, demoEnvironment, neutralEnvironment, newSecrets } from './configuration.ts';
import type { DemoAddresses, DemoSecrets } from './configuration.ts';
import type { Endpoints, EndpointCredentials } from './endpoints.ts';
import { choosePort } from '@marketplace-steward/testing/ports';
import { startReceivers } from '@marketplace-steward/testing/receivers';
import type { Receivers } from '@marketplace-steward/testing/receivers';
import { accounts, businessProductId } from './scenarios/scenario.ts';
import type { SimulatorControls } from './scenarios/scenario.ts';
import type { StateFolder } from './stateFolder.ts';
import { startTemporalServer } from '@marketplace-steward/testing/temporal/temporalServer';

/** Everything that runs, and how to work with it. */
export interface Environment {
  readonly endpoints: Endpoints;
  readonly credentials: EndpointCredentials;
  readonly client: Client;
  readonly controls: SimulatorControls;
  /** Adds the account that the configuration lacks to its file. */
  readonly configureNewcomer: () => void;
  /** Where notices arrive. */
  readonly receivers: Receivers;
  /** Rejects when a part ends that was not stopped. */
  readonly broken: Promise<never>;
}

/** What a start needs from its caller. */
export interface EnvironmentOptions {
  readonly folder: StateFolder;
  readonly say: (line: string) => void;
  /** Takes what stops a part as soon as the part is there; to be called in the order given: services first. */
  readonly onStop: (what: string, stop: () => Promise<void>) => void;
  /** Once aborted, no further part is started. */
  readonly signal: AbortSignal;
}

/** Wanted; where one is taken, the next free one. The first two are the Temporal CLI's own. */
const ports = {
  temporal: 7233,
  ui: 8233,
  ingress: 8080,
  catalogSimulator: 8091,
  buyWithPrimeSimulator: 8092,
  tokenService: 8093,
};
const graceMs = 8_000;

/**
 * Starts the Temporal server, both simulated vendors, the worker and the ingress, and returns once all of them serve.
 * @throws Error with a sentence for operators; what was started by then is stopped by the caller through `onStop`
 */
export async function startEnvironment(options: EnvironmentOptions): Promise<Environment> {
  const { folder, say, onStop, signal } = options;
  const secrets = newSecrets();
  // Their code loads while the Temporal server starts.
  const children = startServices(options);
  say('starting the Temporal server …');
  const temporal = await startTemporalServer({
    databaseFile: folder.database,
    port: ports.temporal,
    uiPort: ports.ui,
    searchAttributes: searchAttributeTypes,
    log: say,
  });
  onStop('Temporal', () => temporal.stop());
  signal.throwIfAborted();
  say(`Temporal: ${temporal.source}`);

  say('starting the simulated vendors …');
  const { catalog, buyWithPrime, tokenService } = await startSimulators(secrets, options);
  const receivers = await startReceivers(secrets.receivers);
  onStop('the receivers of notices', () => receivers.close());
  signal.throwIfAborted();
  const ingressPort = await choosePort('the ingress', ports.ingress, say);
  const addresses: DemoAddresses = {
    temporal: temporal.address,
    namespace: temporal.namespace,
    ...defined({ ui: temporal.uiUrl }),
    catalogSimulator: catalog.url,
    buyWithPrimeSimulator: buyWithPrime.url,
    tokenServiceSimulator: tokenService.url,
    ingressPort,
    receivers,
  };
  const ingress = `http://127.0.0.1:${ingressPort}`;
  const { header, value } = secrets.credentials.eventbridge;
  const eventBridge = { url: `${ingress}/v1/events/eventbridge`, headers: { [header]: value } };
  catalog.control.setEvents({ target: eventBridge });
  const webhookKey = secrets.credentials['webhook'];
  const webhook = { url: `${ingress}/v1/events/webhook`, headers: { [webhookKey.header]: webhookKey.value } };
  await buyWithPrime.control.setEvents({ webhook, eventBridge });

  say('starting the worker and the ingress …');
  const { broken } = await beginServices(children, addresses, secrets, options);
  const connection = await Connection.connect({ address: temporal.address });
  onStop('the connection to Temporal', () => connection.close());
  const { ingressPort: _port, receivers: _receivers, ...shown } = addresses;
  return {
    endpoints: { ingress, ...shown },
    credentials: secrets.credentials,
    client: new Client({ connection, namespace: temporal.namespace }),
    controls: { catalog: catalog.control, buyWithPrime: buyWithPrime.control },
    configureNewcomer: () => configure(options.folder, addresses, secrets, true),
    receivers,
    broken,
  };
}

async function startSimulators({ merchant }: DemoSecrets, { say, onStop }: EnvironmentOptions) {
  // Another seed each time: the ids of successors come from it, and an id is never given twice.
  const seed = randomInt(2 ** 31);
  const tokenService = await startTokenServiceSimulator({
    seed,
    port: await choosePort('the simulated AWS Security Token Service', ports.tokenService, say),
    account: accounts.manufacturer,
  });
  onStop('the simulated AWS Security Token Service', () => tokenService.close());
  tokenService.control.putRole({ ...demoRole, callers: [accounts.manufacturer] });
  const catalog = await startCatalogSimulator({
    seed,
    port: await choosePort('the simulated AWS Marketplace Catalog', ports.catalogSimulator, say),
    account: accounts.manufacturer,
    sessions: tokenService.sessions,
  });
  onStop('the simulated AWS Marketplace Catalog', () => catalog.close());
  catalog.control.setQuotas({ perSecond: demoCallsPerSecond });
  const buyWithPrime = await startBuyWithPrimeSimulator({
    seed,
    port: await choosePort('the simulated Buy with Prime', ports.buyWithPrimeSimulator, say),
    clients: [{ ...merchant, businessProductIds: [businessProductId] }],
  });
  onStop('the simulated Buy with Prime', () => buyWithPrime.close());
  return { catalog, buyWithPrime, tokenService };
}

function startServices({ folder, onStop }: EnvironmentOptions): readonly Child[] {
  const environment = neutralEnvironment(process.env, folder.compileCache);
  return (['worker', 'ingress'] as const).map((name) => {
    const logFile = join(folder.logs, `${name}.log`);
    const child = startChild({ name, configurationFile: folder.configuration, environment, logFile });
    onStop(`the ${name}`, () => child.stop(graceMs));
    return child;
  });
}

/** Writes the file that worker and ingress follow. */
function configure(folder: StateFolder, addresses: DemoAddresses, secrets: DemoSecrets, withNewcomer: boolean): void {
  const configuration = demoConfiguration(addresses, secrets, withNewcomer);
  writeFileSync(folder.configuration, stringify(configuration), { mode: 0o600 });
  chmodSync(folder.configuration, 0o600);
}

/** Resolves when both serve; `broken` rejects when one of them ends later. */
async function beginServices(
  children: readonly Child[],
  addresses: DemoAddresses,
  secrets: DemoSecrets,
  { folder }: EnvironmentOptions,
): Promise<{ broken: Promise<never> }> {
  configure(folder, addresses, secrets, false);
  for (const child of children) child.begin(demoEnvironment(addresses, secrets));
  await Promise.all(children.map(({ ready }) => ready));
  const broken = Promise.race(children.map(endOf));
  // They end when they are stopped too, and nobody listens any more.
  broken.catch(() => undefined);
  return { broken };
}

async function endOf(child: Child): Promise<never> {
  throw new ChildFailed(child, await child.ended);
}
