import { readItem } from '../../../../src/workflows/itemBuyability/carried.ts';
import {
  newItem,
  stateName,
  type ItemCase,
  type ItemMessage,
  type ItemPhase,
} from '../../../../src/workflows/itemBuyability/state.ts';
import { next } from '../../../../src/workflows/itemBuyability/transitions/next.ts';
import type { ItemBuyabilityPolicy } from '../../../../src/workflows/itemBuyability/policyValues.ts';
import { allowedBy, allowedEnds, noticeProblem, truthAt, type Reported, type Word } from './referee.ts';
import { unitMs, type Question, type Service, type Reporting, type World } from './world.ts';

const originMs = Date.parse('2026-03-01T12:00:00.000Z');
const iso = (atMs: number): string => new Date(originMs + atMs).toISOString();
const input = { version: 1, businessProductId: 'merchant-1', itemId: 'item-1' } as const;
const policy: ItemBuyabilityPolicy = {
  queryFirstMs: unitMs,
  queryLongestMs: unitMs,
  queryWithinMs: 3 * unitMs,
  lingerMs: 1_000 * unitMs,
  freshForMs: 6 * unitMs,
  completeNoticeWithinMs: unitMs,
  verifyEveryMs: unitMs,
  verifyForMs: 1_000 * unitMs,
};
/** More questions than this after the last event change nothing any more. */
const lastQuestions = 40;

/** A question under way. */
interface Asked {
  readonly phase: ItemPhase & { readonly query: number };
  readonly question: Question;
  readonly askedAtMs: number;
  readonly answeredAtMs: number;
}

function asks(phase: ItemPhase): phase is ItemPhase & { readonly query: number } {
  return 'query' in phase;
}

/** One run: the machine, its service, and what was heard. */
class Run {
  readonly #world: World;
  readonly #service: Service;
  readonly #eventsEndMs: number;
  readonly #words: Word[] = [];
  readonly #steps: Reported[][] = [];
  readonly #taken = new Set<string>();
  #item: ItemCase;
  #nowMs: number;
  #asked: Asked | undefined;
  #questions = 0;
  /** Whether the service was silent to the end of a window: then nothing may be known. */
  #wasSilent = false;

  constructor(world: World, service: Service) {
    const arrivals = world.statements.flatMap(({ arrivesAtMs }) => arrivesAtMs);
    this.#world = world;
    this.#service = service;
    this.#eventsEndMs = Math.max(...arrivals);
    this.#nowMs = Math.min(...arrivals);
    this.#item = newItem(input, { policy, nowMs: originMs + this.#nowMs });
  }

  #take(message: ItemMessage): void {
    const transition = next(this.#item, message, { policy, nowMs: originMs + this.#nowMs });
    // Every state can be carried to another run.
    this.#item = readItem(transition.state);
    this.#steps.push(
      transition.notices.map(({ id, kind }) => ({ id, kind, about: /:([A-Z_]+):\d+/.exec(id)?.[1] ?? '' })),
    );
  }

  #check(): void {
    const state = stateName(this.#item);
    const allowed = allowedBy(this.#words);
    if (!allowed.includes(state)) throw new Error(`${state}, where what was heard allows ${allowed.join(', ')}`);
  }

  deliver({ eventId, atMs, says }: Reporting): void {
    const before = this.#item;
    const message = {
      eventId,
      eventTime: iso(atMs),
      ...(says === undefined ? {} : { product: { sku: 's', buyabilityStatus: says } }),
    };
    this.#take({ type: 'event', message });
    if (this.#taken.has(eventId)) {
      if (this.#item !== before) throw new Error(`the repeat of ${eventId} changed something`);
      return;
    }
    this.#taken.add(eventId);
    const doubtful = this.#nowMs - atMs > policy.freshForMs;
    this.#words.push({ atMs, says: says === 'UNKNOWN' || says === 'ABSENT' ? undefined : says, doubtful });
    this.#follow();
    this.#check();
  }

  /** Goes after what the machine asks now; what it does not ask any more is dropped, or answered in the same moment. */
  #follow(): void {
    const { phase } = this.#item;
    const dropped = this.#asked;
    if (dropped?.phase === phase) return;
    this.#asked = undefined;
    if (dropped !== undefined && dropped.askedAtMs <= this.#nowMs && dropped.question.comesLate)
      this.#answerLate(dropped);
    this.#ask();
  }

  #ask(): void {
    const { phase } = this.#item;
    if (!asks(phase)) return;
    const over = this.#nowMs >= this.#eventsEndMs;
    const usual: Question = { askedAfterMs: unitMs + 1_000, answeredAfterMs: 1_000, goes: 'well', comesLate: false };
    const planned = this.#service.questions[this.#questions] ?? usual;
    const question: Question = over
      ? { ...planned, goes: this.#service.inTheEnd === 'answers' ? 'well' : 'wrong' }
      : planned;
    this.#questions += 1;
    const askedAtMs = this.#nowMs + question.askedAfterMs;
    this.#asked = { phase, question, askedAtMs, answeredAtMs: askedAtMs + question.answeredAfterMs };
  }

  #product(askedAtMs: number): { product?: { buyabilityStatus: string } } {
    const status = truthAt(this.#world, askedAtMs);
    return status === 'ABSENT' ? {} : { product: { buyabilityStatus: status } };
  }

  /** @param counts whether an answer without a status is a report of its own, as at the end of a window. */
  #hear(askedAtMs: number, counts: boolean): void {
    const status = truthAt(this.#world, askedAtMs);
    const says = status === 'BUYABLE' || status === 'NOT_BUYABLE' ? status : undefined;
    if (says !== undefined || counts) this.#words.push({ atMs: askedAtMs, says, doubtful: false });
  }

  #answerLate({ phase, question, askedAtMs }: Asked): void {
    if (question.goes !== 'well') return;
    this.#hear(askedAtMs, false);
    const answer = { askedAt: iso(askedAtMs), ...this.#product(askedAtMs) };
    this.#take({ type: 'answered', query: phase.query, answer });
  }

  /** What comes of the question that is under way. */
  answer(): void {
    const asked = this.#asked;
    if (asked === undefined) return;
    this.#asked = undefined;
    const { phase, question, askedAtMs } = asked;
    const status = truthAt(this.#world, askedAtMs);
    const known = status === 'BUYABLE' || status === 'NOT_BUYABLE';
    const lastCheck = phase.name === 'querying' && askedAtMs + originMs >= phase.untilMs;
    if (question.goes === 'denied' && phase.name !== 'awaitingAccess') {
      this.#take({ type: 'denied', query: phase.query, sentence: 'not allowed' });
    } else if (question.goes === 'well' && (known || lastCheck || phase.name !== 'querying')) {
      this.#hear(askedAtMs, lastCheck || phase.name === 'verifying');
      this.#take({
        type: 'answered',
        query: phase.query,
        answer: { askedAt: iso(askedAtMs), ...this.#product(askedAtMs) },
      });
    } else if (question.goes === 'wrong' && (lastCheck || phase.name === 'completing' || phase.name === 'verifying')) {
      this.#wasSilent ||= lastCheck;
      this.#take({ type: 'unanswered', query: phase.query, sentence: 'throttled' });
    }
    // Where nothing came of it, the same is asked again.
    this.#ask();
    this.#check();
  }

  play(): void {
    const arrivals = this.#world.statements
      .flatMap((statement) => statement.arrivesAtMs.map((atMs) => ({ statement, atMs })))
      .toSorted((one, other) => one.atMs - other.atMs);
    for (const { statement, atMs } of arrivals) {
      while (this.#asked !== undefined && this.#asked.answeredAtMs < atMs) this.#answerNext();
      this.#nowMs = atMs;
      this.deliver(statement);
    }
    for (let count = 0; count < lastQuestions && this.#asked !== undefined; count += 1) this.#answerNext();
    this.#checkEnd();
  }

  #answerNext(): void {
    this.#nowMs = this.#asked?.answeredAtMs ?? this.#nowMs;
    this.answer();
  }

  #checkEnd(): void {
    const state = stateName(this.#item);
    const allowed = allowedEnds(this.#world, this.#wasSilent || this.#service.inTheEnd === 'isSilent');
    if (!allowed.includes(state)) throw new Error(`it ended ${state}, and not ${allowed.join(' or ')}`);
    const problem = noticeProblem(this.#steps, state);
    if (problem !== undefined) throw new Error(problem);
  }
}

/** Plays a world to its end. Throws where the machine says what was heard does not allow, or ends otherwise than true. */
export function playOut(world: World, service: Service): void {
  new Run(world, service).play();
}
