import { Deliverer } from '../marketplaceCatalog/eventDelivery.ts';
import { SimulatorLog } from '../marketplaceCatalog/log.ts';
import type { RandomSource } from '../marketplaceCatalog/random.ts';
import { Courier } from '../courier.ts';
import {
  type Announcement,
  buyabilityEvent,
  type EventBody,
  type EventForm,
  type EventPolicy,
  eventSchemas,
  type EventSettings,
} from './events.ts';
import type { EventEntry } from './log.ts';
import { defined } from '../defined.ts';

interface SentEvent {
  readonly form: EventForm;
  readonly event: EventBody;
}

/** Posts BUYABILITY_CHANGED events, webhooks to one address and EventBridge events to another. */
export class Announcer {
  readonly #random: RandomSource;
  readonly #record: (entry: EventEntry) => void;
  readonly #courier: Courier<SentEvent>;
  // Both post alike: the vendor publishes no retry schedule of its webhooks.
  readonly #webhook = new Deliverer(new SimulatorLog(), undefined);
  readonly #eventBridge = new Deliverer(new SimulatorLog(), undefined);
  #policy: EventPolicy = { kind: 'deliver' };

  constructor(random: RandomSource, record: (entry: EventEntry) => void) {
    this.#random = random;
    this.#record = record;
    this.#courier = new Courier(random, {
      post: (sent) => this.#post(sent),
      lose: ({ form, event }) => this.#add({ form, event, result: 'lost', attempts: 0 }),
    });
  }

  /** Sets what is named. A change of policy posts what a shuffled batch still holds. Throws where the body is wrong. */
  async configure(body: EventSettings): Promise<void> {
    const { webhook, eventBridge, policy } = eventSchemas.settings.parse(body);
    if (webhook !== undefined) this.#webhook.target = webhook ?? undefined;
    if (eventBridge !== undefined) this.#eventBridge.target = eventBridge ?? undefined;
    if (policy === undefined) return;
    this.#policy = policy;
    await this.#courier.release();
  }

  /** Makes an event and sends it off: see `Courier.send`. Throws where the body is wrong. */
  async announce(body: Announcement): Promise<EventBody> {
    const announcement = eventSchemas.announcement.parse(body);
    const event = buyabilityEvent(announcement, this.#random, Date.now());
    await this.#courier.send({ form: announcement.form, event }, announcement.policy ?? this.#policy);
    return event;
  }

  /** Breaks off everything that is under way. */
  stop(): void {
    this.#courier.stop();
    this.#webhook.stop();
    this.#eventBridge.stop();
  }

  async #post({ form, event }: SentEvent): Promise<void> {
    const deliverer = form === 'webhook' ? this.#webhook : this.#eventBridge;
    const { result, status, attempts } = await deliverer.deliver(event, undefined);
    this.#add({ form, event, result, ...defined({ status }), attempts });
  }

  #add(entry: Omit<EventEntry, 'at' | 'call'>): void {
    this.#record({ at: new Date().toISOString(), call: 'event', ...entry });
  }
}
