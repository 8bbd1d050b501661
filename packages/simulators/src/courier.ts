import type { RandomSource } from './marketplaceCatalog/random.ts';
import type { EventPolicy } from './marketplaceCatalog/controlSchemas.ts';

/** What becomes of an event that sets out. */
interface Ways<Event> {
  /** Posts it; resolves after its last attempt. */
  readonly post: (event: Event) => Promise<unknown>;
  /** It is lost on its way. */
  readonly lose: (event: Event) => void;
}

/** Carries events as a policy has it; what is drawn comes from the one source. */
export class Courier<Event> {
  readonly #random: RandomSource;
  readonly #ways: Ways<Event>;
  readonly #timers = new Set<NodeJS.Timeout>();
  #held: Event[] = [];

  constructor(random: RandomSource, ways: Ways<Event>) {
    this.#random = random;
    this.#ways = ways;
  }

  /** Sends an event off. Resolves when it has arrived or was lost; at once where it is late or held. */
  async send(event: Event, policy: EventPolicy): Promise<void> {
    switch (policy.kind) {
      case 'deliver':
        await this.#ways.post(event);
        return;
      case 'doubled':
        await Promise.all([this.#ways.post(event), this.#ways.post(event)]);
        return;
      case 'late':
        return this.#later(policy.lateMs, () => void this.#ways.post(event));
      case 'lost':
        if (this.#random.fraction() < policy.share) return this.#ways.lose(event);
        await this.#ways.post(event);
        return;
      case 'shuffled':
        this.#held.push(event);
        if (this.#held.length >= policy.batch) await this.release();
        else if (this.#held.length === 1) this.#later(policy.withinMs, () => void this.release());
    }
  }

  /** Posts what is held, one after another in a drawn order. */
  async release(): Promise<void> {
    const shuffled = this.#random.shuffle(this.#held);
    this.#held = [];
    for (const event of shuffled) await this.#ways.post(event);
  }

  /** Drops what is held or late. */
  stop(): void {
    this.#held = [];
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  #later(delayMs: number, step: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      step();
    }, delayMs).unref();
    this.#timers.add(timer);
  }
}
