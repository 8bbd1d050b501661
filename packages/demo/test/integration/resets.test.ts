import { randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decidedNotices, sharedIdentities } from '@marketplace-steward/testing/resets';
import { until } from '@marketplace-steward/testing/until';
import { eventFanOutType } from '../../../../src/workflows/eventFanOut/contract.ts';
import { submitPermitsType } from '../../../../src/workflows/submitPermits/contract.ts';
import { createDice } from '../../../../test/workflows/changeSetRemediation/model/dice.ts';
import { startEnvironment, type Environment } from '../../src/environment.ts';
import { Observer } from '../../src/observe.ts';
import { shortfall } from '../../src/report.ts';
import { openedSince, openedWorkflows, resetEach } from '../../src/resetting.ts';
import { allScenarios } from '../../src/scenarios/index.ts';
import { businessProductId, type Scenario } from '../../src/scenarios/scenario.ts';
import { unitsOf } from '../../src/scenarios/units.ts';
import { Stage } from '../../src/stage.ts';
import { stateFolder } from '../../src/stateFolder.ts';

/** Every point of every scenario, in place of a sample that the seed draws. */
const all = process.env['STEWARD_ALL_RESETS'] !== undefined;
const seed = Number(process.env['STEWARD_RESETS_SEED'] ?? 1_789);
const sampled = { units: 8, points: 2 };
const playedWithinMs = 240_000;
/** On a busy machine, and where a backfill delivers again what it could not. */
const comesBackWithinMs = 150_000;

const dice = createDice(seed);
const stops: Array<() => Promise<void>> = [];
const over = new AbortController();
const home = mkdtempSync(join(tmpdir(), 'steward-resets-'));
let environment: Environment;

beforeAll(async () => {
  const folder = stateFolder({ STEWARD_HOME: home });
  mkdirSync(folder.logs, { recursive: true });
  environment = await startEnvironment({
    folder,
    say: () => undefined,
    onStop: (_what, stop) => stops.push(stop),
    signal: over.signal,
  });
}, 60_000);
afterAll(async () => {
  over.abort();
  for (const stop of stops) await stop();
  rmSync(home, { recursive: true });
}, 60_000);

function chosen(scenarios: readonly Scenario[]): readonly Scenario[] {
  if (all) return scenarios;
  const units = [...unitsOf(scenarios)];
  return Array.from({ length: sampled.units }, () => {
    const unit = dice.pick(units) ?? [];
    units.splice(units.indexOf(unit), 1);
    return unit;
  }).flat();
}

/** What the simulated AWS has accepted, a repeated token aside. */
function submits(): readonly string[] {
  return environment.controls.catalog
    .log({ operation: 'StartChangeSet', kind: 'call' })
    .flatMap((one) => (one.kind === 'call' && one.tokenRepeated !== true ? [one.changeSetId ?? ''] : []));
}

/** One workflow of each type that is no scenario's own; the permits of an account are moved by every submit. */
async function othersOf(stage: Stage): Promise<readonly string[]> {
  const own = new Set((await stage.check()).progress.map(({ observation }) => observation?.workflowId));
  const byType = new Map<string, string>();
  for (const [id, type] of await openedWorkflows(environment.client))
    if (!own.has(id) && type !== submitPermitsType) byType.set(type, id);
  return [...byType.values()];
}

test('a workflow of any scenario, reset anywhere, comes to the same end, submits and opens nothing more', async () => {
  const { endpoints, credentials, controls, configureNewcomer, client, receivers } = environment;
  const token = (length: number): string => [...randomBytes(length)].map((byte) => (byte % 36).toString(36)).join('');
  // A flood is counted by the minute, which resets would move.
  const playable = allScenarios({ token, uuid: () => randomUUID(), nowMs: Date.now() });
  const scenarios = chosen(playable.filter(({ besides }) => besides === undefined));
  const observer = new Observer(client);
  const stage = new Stage(scenarios, observer, { catalog: controls.catalog, receivers });
  const player = { ingress: endpoints.ingress, credentials, controls, configureNewcomer, client };
  const playing = stage.play({ ...player, signal: over.signal });
  const itemIds = Array.from({ length: 7 }, () => `item-${token(10)}`);
  const data = { product: { id: 'example-product-id', buyability: { status: 'BUYABLE' } } };
  await controls.buyWithPrime.announce({ businessProductId, form: 'webhook', itemIds, data });
  await playing;
  let missing: readonly string[] = [];
  const arePlayed = async (): Promise<boolean> => {
    const { progress } = await stage.check();
    missing = shortfall(progress, Date.now());
    return missing.length === 0;
  };
  // On a busy machine a server may take too long to answer once.
  const played = until(() => arePlayed().catch(() => false), playedWithinMs);
  await played.catch((error: unknown) => {
    throw new Error(missing.join('\n'), { cause: error });
  });

  const before = { opened: await openedWorkflows(client), submits: submits() };
  const others = await othersOf(stage);
  expect([...before.opened.values()]).toContain(eventFanOutType);
  const wrong = await resetEach({
    client,
    observer,
    stage,
    scenarios,
    others,
    choose: (points) => (all ? points : points.filter(() => dice.chance(sampled.points / points.length))),
    comesBackWithinMs,
    say: (line) => void (all && process.stderr.write(`${line}\n`)),
  });
  const opened = await openedSince(client, before.opened);
  const shared = sharedIdentities(await decidedNotices(client));
  const more = submits().filter((changeSetId) => !before.submits.includes(changeSetId));
  expect({ wrong, opened, shared, more }).toEqual({ wrong: [], opened: [], shared: [], more: [] });
}, 1_200_000);
