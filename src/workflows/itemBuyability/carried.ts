import { audit, carriedReader } from '../shared/carried.ts';
import { checkedElsewhere, flag, list, members, number, oneOf, optional, text, variants } from '../shared/shapes.ts';
import type { ProductRecord } from './contract.ts';
import type {
  AwaitingAccess,
  Completing,
  ItemCase,
  ItemPhase,
  OpenNotice,
  Querying,
  Verifying,
  Watching,
} from './state.ts';

const dueTo = oneOf('noData', 'unproven', 'disputed');
const opened = oneOf('NOT_BUYABLE', 'INVALID_PRODUCT', 'UNVERIFIED');

const phase = variants<'name', ItemPhase>('name', {
  querying: members<Querying>({ name: oneOf('querying'), query: number, untilMs: number, dueTo }),
  awaitingAccess: members<AwaitingAccess>({
    name: oneOf('awaitingAccess'),
    query: number,
    dueTo,
    since: text,
    sentence: text,
  }),
  completing: members<Completing>({ name: oneOf('completing'), query: number, since: text }),
  lingering: members<Extract<ItemPhase, { name: 'lingering' }>>({ name: oneOf('lingering') }),
  verifying: members<Verifying>({
    name: oneOf('verifying'),
    query: number,
    fromMs: number,
    untilMs: optional(number),
  }),
  watching: members<Watching>({
    name: oneOf('watching'),
    verdict: opened,
    unanswered: optional(oneOf('unproven', 'disputed')),
  }),
  ended: members<Extract<ItemPhase, { name: 'ended' }>>({
    name: oneOf('ended'),
    verdict: oneOf('BUYABLE', 'NOT_BUYABLE', 'INVALID_PRODUCT', 'UNVERIFIED', 'UNKNOWN'),
    cancelled: flag,
    abandonedBy: optional(text),
  }),
});

/** Reads what a run before has carried. */
export const readItem = carriedReader<ItemCase>(
  'itemBuyability',
  1,
  members<ItemCase>({
    version: oneOf(1),
    businessProductId: text,
    itemId: text,
    apiVersion: optional(text),
    phase,
    asOf: optional(text),
    ledBy: text,
    lastEventAtMs: optional(number),
    product: optional(checkedElsewhere<ProductRecord>()),
    openNotice: optional(members<OpenNotice>({ id: text, about: opened, since: text, needsDecision: flag })),
    noticesOpened: number,
    firstRunId: optional(text),
    queries: number,
    seen: list(text),
    notes: list(text),
    audit: optional(audit),
  }),
);
