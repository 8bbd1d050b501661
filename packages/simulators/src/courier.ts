import type { Table } from './journal.ts';
import type { RandomSource } from './marketplaceCatalog/random.ts';
import type { EventPolicy } from './marketplaceCatalog/controlSchemas.ts';

/** What becomes of an event that sets out. */
interface Ways<Event> {
  /** Posts it; calls `ended` with the last attempt, and not where it was broken off. Never rejects. */
  readonly post: (event: Event, ended: () => void) => Promise<unknown>;
  /** It is lost on its way. */
  readonly lose: (event: Event) => void;
}

/** An event that has not arrived. */
export interface Travelling<Event> {
  readonly event: Event;
  /** Milliseconds since 1970; held: at the latest. */
  readonly setsOutAtMs: number;
  readonly isHeld: boolean;
}

/**
 * Carries events as a policy has it; what is drawn comes from the one source. What has not arrived stays among `travelling`:
 * after a restart it is posted (again, where nobody knows whether it arrived).
 */
export class Courier<Event> {
  readonly #random: RandomSource;
  readonly #ways: Ways<Event>;
  readonly #travelling: Table<Travelling<Event>>;
  readonly #timers = new Set<NodeJS.Timeout>();
  #lastNumber: number;

  constructor(random: RandomSource, travelling: Table<Travelling<Event>>, ways: Ways<Event>) {
    this.#random = random;
    this.#ways = ways;
    this.#travelling = travelling;
    this.#lastNumber = Math.max(0, ...[...travelling.entries()].map(([key]) => Number(key)));
  }

  /** Sends an event off. Resolves when it has arrived or was lost; at once where it is late or held. */
  async send(event: Event, policy: EventPolicy): Promise<void> {
    switch (policy.kind) {
      case 'deliver':
        return this.#post(this.#setOut(event));
      case 'doubled':
        await Promise.all([this.#post(this.#setOut(event)), this.#post(this.#setOut(event))]);
        return;
      case 'late':
        return this.#postLater(this.#setOut(event, policy.lateMs));
      case 'lost':
        if (this.#random.fraction() < policy.share) return this.#ways.lose(event);
        return this.#post(this.#setOut(event));
      case 'shuffled':
        this.#setOut(event, policy.withinMs, true);
        if (this.#held().length >= policy.batch) await this.release();
        else if (this.#held().length === 1) this.#releaseLater(policy.withinMs);
    }
  }

  /** Posts what is held, one after another in a drawn order. */
  async release(): Promise<void> {
    const shuffled = this.#random.shuffle(this.#held());
    for (const [key, { event }] of shuffled) this.#travelling.set(key, { event, setsOutAtMs: 0, isHeld: false });
    for (const [key] of shuffled) await this.#post(key);
  }

  /** Goes on with what had not arrived when the process ended. */
  resume(): void {
    const held = this.#held();
    const [, first] = held[0] ?? [];
    if (first !== undefined) this.#releaseLater(Math.max(0, first.setsOutAtMs - Date.now()));
    for (const [key, { isHeld }] of this.#travelling.entries()) if (!isHeld) this.#postLater(key);
  }

  /** Stops all timers: what travels stays there. */
  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  /** Stops, and drops what travels. */
  clear(): void {
    this.stop();
    this.#travelling.clear();
  }

  #held(): [string, Travelling<Event>][] {
    return [...this.#travelling.entries()].filter(([, { isHeld }]) => isHeld);
  }

  #setOut(event: Event, delayMs = 0, isHeld = false): string {
    this.#lastNumber += 1;
    const key = String(this.#lastNumber);
    this.#travelling.set(key, { event, setsOutAtMs: Date.now() + delayMs, isHeld });
    return key;
  }

  async #post(key: string): Promise<void> {
    const sent = this.#travelling.get(key);
    if (sent !== undefined) await this.#ways.post(sent.event, () => this.#travelling.delete(key));
  }

  #postLater(key: string): void {
    const setsOutAtMs = this.#travelling.get(key)?.setsOutAtMs ?? 0;
    this.#later(Math.max(0, setsOutAtMs - Date.now()), () => void this.#post(key));
  }

  #releaseLater(delayMs: number): void {
    this.#later(delayMs, () => void this.release());
  }

  #later(delayMs: number, step: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      step();
    }, delayMs).unref();
    this.#timers.add(timer);
  }
}
