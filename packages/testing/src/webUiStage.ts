import type { Browser, Page } from 'playwright-core';
import { startTemporalServer, type RunningTemporal, type TemporalServerOptions } from './temporal/temporalServer.ts';
import { findChromium } from './chromium.ts';
import type { TestTemporal } from './temporal/testServer.ts';
import { addressVariable } from './temporal/variables.ts';
import { openBrowser, openPage, type WebUiAddress } from './webUi.ts';

/** A world on a Temporal server with a Web UI, and a page on it. */
export interface WebUiStage<World> {
  readonly world: World;
  readonly address: WebUiAddress;
  readonly browser: Browser;
  readonly page: Page;
  readonly close: () => Promise<void>;
}

/** For `beforeAll`, on a machine that is busy with other work. */
export const stageWithinMs = 120_000;

/**
 * Opens the stage; what was opened is closed again where a later part fails.
 * @param options of that server.
 * @param makeWorld makes the world on the server that is shared by the tests of a file: here the one with the Web UI.
 */
export async function webUiStage<World extends { temporal: TestTemporal; close: () => Promise<void> }>(
  makeWorld: () => Promise<World>,
  options: TemporalServerOptions = {},
): Promise<WebUiStage<World>> {
  const chromium = findChromium();
  if (chromium === undefined) throw new Error('no Chromium is here (on Debian: apt-get install chromium)');
  const open: { server?: RunningTemporal; world?: World; browser?: Browser } = {};
  const close = async (): Promise<void> => {
    await open.browser?.close();
    await open.world?.close();
    await open.server?.stop();
  };
  try {
    const server = (open.server = await startTemporalServer({ retentionDays: 1, ...options }));
    if (server.uiUrl === undefined) throw new Error('the Web UI needs a server that is started here');
    // The shared server has no Web UI.
    process.env[addressVariable] = server.address;
    const world = (open.world = await makeWorld());
    const browser = (open.browser = await openBrowser(chromium));
    const address = { ui: server.uiUrl, namespace: world.temporal.namespace };
    return { world, address, browser, page: await openPage(browser, address), close };
  } catch (error) {
    await close();
    throw error;
  }
}
