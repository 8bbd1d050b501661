import { readMarker } from '../../../src/workflows/changeSetRemediation/lineage.ts';
import { isDone } from './report.ts';
import type { Progress } from './report.ts';
import type { Observation, Observer } from './observe.ts';
import { play } from './player.ts';
import type { PlayerOptions } from './player.ts';
import type { Receivers } from '@marketplace-steward/testing/receivers';
import type { Scenario, SimulatorControls } from './scenarios/scenario.ts';
import { setTimeout as wait } from 'node:timers/promises';

/** What is shown at one moment: this start's scenarios, and what else has come in since. */
export interface Scene {
  readonly progress: readonly Progress[];
  readonly others: readonly Observation[];
  /** Workflows that backfills have opened since, besides. */
  readonly openedByBackfills: number;
  /** Of all starts. */
  readonly needingDecision: number;
}

type Part = { -readonly [Name in keyof Progress]: Progress[Name] };

/** Between two scenarios, so that eyes can follow. */
const staggerMs = 300;

/** The scenarios of one start, from their first event on. */
export class Stage {
  readonly #parts: readonly Part[];
  readonly #observer: Observer;
  readonly #catalog: SimulatorControls['catalog'];
  readonly #receivers: Pick<Receivers, 'countsOf'>;
  readonly #startedAt = new Date();

  constructor(
    scenarios: readonly Scenario[],
    observer: Observer,
    { catalog, receivers }: Pick<SimulatorControls, 'catalog'> & { readonly receivers: Pick<Receivers, 'countsOf'> },
  ) {
    this.#observer = observer;
    this.#catalog = catalog;
    this.#receivers = receivers;
    this.#parts = scenarios.map((scenario) => ({ scenario, played: false }));
  }

  /** Plays every scenario; resolves when all of their events are answered. What goes wrong stands in the progress. */
  async play(options: Omit<PlayerOptions, 'observer'>): Promise<void> {
    await Promise.all(this.#parts.map((part, index) => this.#playPart(part, index * staggerMs, options)));
  }

  /** Checks every workflow now. Rejects where Temporal does not answer. */
  async check(): Promise<Scene> {
    const begun = this.#parts.filter((part) => part.startedMs !== undefined);
    await Promise.all(begun.map((part) => this.#checkAt(part)));
    const own = new Set(
      this.#parts.flatMap(({ scenario: { workflowId, besides, notifiedBesides = [] } }) => [
        workflowId,
        ...(besides === undefined ? [] : [...besides.workflowIds, ...notifiedBesides]),
      ]),
    );
    const { ids, openedByBackfills } = await this.#observer.startedSince(this.#startedAt, own);
    const others = await Promise.all(ids.map((id) => this.#observer.check(id)));
    return {
      progress: this.#parts.map((part) => ({ ...part })),
      others: others.filter((other) => other !== undefined),
      openedByBackfills,
      needingDecision: await this.#observer.needingDecision(),
    };
  }

  /** Checks one scenario now. */
  async checkOne(scenario: Scenario): Promise<Progress> {
    const part = this.#parts.find((one) => one.scenario === scenario);
    if (part === undefined) throw new Error(`${scenario.name}: it is not played here`);
    await this.#checkAt(part);
    return { ...part };
  }

  async #playPart(part: Part, delayMs: number, options: Omit<PlayerOptions, 'observer'>): Promise<void> {
    try {
      await wait(delayMs, undefined, { signal: options.signal });
      part.startedMs = Date.now();
      await play(part.scenario, { ...options, observer: this.#observer });
      part.played = true;
    } catch (error) {
      if (!options.signal.aborted) part.problem = error instanceof Error ? error.message : String(error);
    }
  }

  async #checkAt(part: Part): Promise<void> {
    const { scenario } = part;
    const observation = await this.#observer.check(scenario.workflowId);
    if (observation !== undefined) part.observation = observation;
    if (scenario.besides !== undefined) part.besides = await this.#observer.countOf(scenario.besides);
    part.submits = this.#submitsOf(scenario.submits?.ofOrigins ?? []);
    if (scenario.notified !== undefined) {
      const { workflowId, notifiedBesides = [], notifiedSaying } = scenario;
      part.notified = await this.#receivers.countsOf([workflowId, ...notifiedBesides], notifiedSaying);
    }
    if (isDone(part)) part.reachedMs ??= Date.now();
  }

  /** Counted at the vendor's: what its answers led to, and not what the workflow thinks. */
  #submitsOf(origins: readonly string[]): number {
    return this.#catalog.log({ operation: 'StartChangeSet', kind: 'call' }).filter((entry) => {
      if (entry.kind !== 'call' || entry.tokenRepeated === true) return false;
      return origins.includes(readMarker(entry.changeSetName)?.originId ?? '');
    }).length;
  }
}
