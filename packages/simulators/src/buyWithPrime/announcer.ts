import type { z } from 'zod';
import { Deliverer } from '../marketplaceCatalog/eventDelivery.ts';
import type { RandomSource } from '../marketplaceCatalog/random.ts';
import { Courier, type Travelling } from '../courier.ts';
import type { Journal } from '../journal.ts';
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

const SETTINGS = 'now';

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
  readonly #webhook: Deliverer;
  readonly #eventBridge: Deliverer;
  readonly #settings;

  constructor(random: RandomSource, journal: Journal, record: (entry: EventEntry) => void) {
    this.#random = random;
    this.#record = record;
    this.#settings = journal.table<z.output<typeof eventSchemas.settings>>('eventSettings');
    const { webhook, eventBridge } = this.#settings.get(SETTINGS) ?? {};
    this.#webhook = new Deliverer(webhook ?? undefined);
    this.#eventBridge = new Deliverer(eventBridge ?? undefined);
    this.#courier = new Courier(random, journal.table<Travelling<SentEvent>>('events'), {
      post: (sent, ended) => this.#post(sent, ended),
      lose: ({ form, event }) => this.#add({ form, event, result: 'lost', attempts: 0 }),
    });
  }

  /** Whether anything was set, by this process or one before it. */
  get isSet(): boolean {
    return this.#settings.size > 0;
  }

  /** Sets what is named. A change of policy posts what a shuffled batch still holds. Throws where the body is wrong. */
  async configure(body: EventSettings): Promise<void> {
    const settings = eventSchemas.settings.parse(body);
    const { webhook, eventBridge, policy } = settings;
    this.#settings.set(SETTINGS, { ...this.#settings.get(SETTINGS), ...defined(settings) });
    if (webhook !== undefined) this.#webhook.target = webhook ?? undefined;
    if (eventBridge !== undefined) this.#eventBridge.target = eventBridge ?? undefined;
    if (policy !== undefined) await this.#courier.release();
  }

  /** Makes an event and sends it off: see `Courier.send`. Throws where the body is wrong. */
  async announce(body: Announcement): Promise<EventBody> {
    const announcement = eventSchemas.announcement.parse(body);
    const event = buyabilityEvent(announcement, this.#random, Date.now());
    const policy: EventPolicy = announcement.policy ?? this.#settings.get(SETTINGS)?.policy ?? { kind: 'deliver' };
    await this.#courier.send({ form: announcement.form, event }, policy);
    return event;
  }

  /** Goes on with the events that had not arrived when the process ended. */
  resume(): void {
    this.#courier.resume();
  }

  /** Breaks off everything that is under way. */
  stop(): void {
    this.#courier.stop();
    this.#webhook.stop();
    this.#eventBridge.stop();
  }

  #post({ form, event }: SentEvent, ended: () => void): Promise<unknown> {
    const deliverer = form === 'webhook' ? this.#webhook : this.#eventBridge;
    return deliverer.deliver(event, (end) => {
      this.#add({ form, event, ...end });
      ended();
    });
  }

  #add(entry: Omit<EventEntry, 'at' | 'call'>): void {
    this.#record({ at: new Date().toISOString(), call: 'event', ...entry });
  }
}
