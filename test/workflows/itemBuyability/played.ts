import { readItem } from '../../../src/workflows/itemBuyability/carried.ts';
import type { QueryAnswer } from '../../../src/workflows/itemBuyability/contract.ts';
import { itemBuyabilityDefaults as policy } from '../../../src/policies/defaults.ts';
import {
  needsDecision,
  newItem,
  stateName,
  type ItemCase,
  type ItemMessage,
} from '../../../src/workflows/itemBuyability/state.ts';
import { next } from '../../../src/workflows/itemBuyability/transitions/next.ts';
import type { Notice } from '../../../src/workflows/shared/notices.ts';

/** When the item is begun, in milliseconds since the epoch. */
export const startMs = Date.parse('2026-03-01T12:00:00.000Z');
/** An instant as messages carry it. */
export const iso = (ms: number) => new Date(ms).toISOString();
/** What the run starts from. */
const input = { version: 1, businessProductId: 'merchant-1', itemId: 'item-1' } as const;

/** An item that takes messages at given times, and all that it has sent. */
export class Played {
  nowMs = startMs;
  readonly notices: Notice[] = [];
  item: ItemCase = newItem(input, { policy, nowMs: startMs });

  take(message: ItemMessage): this {
    const transition = next(this.item, message, { policy, nowMs: this.nowMs });
    // Every state can be carried to another run.
    this.item = readItem(transition.state);
    this.notices.push(...transition.notices);
    return this;
  }

  after(ms: number): this {
    this.nowMs += ms;
    return this;
  }

  event(buyabilityStatus?: string, atMs = this.nowMs, eventId = `${atMs} ${buyabilityStatus}`): this {
    const product = buyabilityStatus === undefined ? {} : { product: { id: 'p', sku: 's', buyabilityStatus } };
    return this.take({ type: 'event', message: { eventId, eventTime: iso(atMs), ...product } });
  }

  get query(): number {
    const { phase } = this.item;
    return 'query' in phase ? phase.query : -1;
  }

  answer(product?: QueryAnswer['product'], atMs = this.nowMs): this {
    const answer = { askedAt: iso(atMs), ...(product === undefined ? {} : { product }) };
    return this.take({ type: 'answered', query: this.query, answer });
  }

  unanswered(sentence = 'throttled'): this {
    return this.take({ type: 'unanswered', query: this.query, sentence });
  }

  denied(sentence = 'not allowed'): this {
    return this.take({ type: 'denied', query: this.query, sentence });
  }

  get summary() {
    const { item } = this;
    return {
      state: stateName(item),
      phase: item.phase.name,
      needsDecision: needsDecision(item),
      notices: this.notices.map(({ kind, severity }) => `${kind} ${severity}`),
    };
  }
}

/** A new item. */
export const play = () => new Played();
