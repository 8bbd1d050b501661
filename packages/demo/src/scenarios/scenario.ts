import type { Envelope } from '../../../../src/events/parse.ts';
import type { BuyWithPrimeControl } from '@marketplace-steward/simulators/buyWithPrime/control';
import type { Announcement } from '@marketplace-steward/simulators/buyWithPrime/events';
import { readFixture, withReplaced } from '@marketplace-steward/testing/fixtures';
import { receiverPaths } from '@marketplace-steward/testing/receivers';
import type { CatalogControl } from '@marketplace-steward/simulators/marketplaceCatalog';
import type { ManyWorkflows } from '../observe.ts';
import type { Answer, Operation } from '../operating.ts';

/** What scenarios belong together. */
type ScenarioGroup =
  | 'The story'
  | 'Retried, once'
  | 'Decided by an operator'
  | 'Nothing to submit'
  | 'Found afterwards'
  | 'Items'
  | 'Security, offers, quarantine'
  | 'A storm';

/** What a scenario's workflow is to come to. */
export interface Expectation {
  readonly state: string;
  /** A state that follows automatically, and is as good. */
  readonly orLater?: string;
  /** True: the workflow has to have ended so, not only to say so. */
  readonly closed?: true;
  /** What its status has to show besides, by name. */
  readonly facts?: Readonly<Record<string, string>>;
  /** What its next step has to say. */
  readonly saying?: string;
  /** What its report of AWS's words has to hold: `steward show --json` prints the same. */
  readonly reporting?: string;
}

/** One thing that happens in a scenario. */
export type ScenarioEvent = {
  /** It happens only once the workflow, or the other one that is named, has come to this. */
  readonly once?: Expectation & { readonly of?: string };
} & (
  | {
      /** A vendor's sample that the player posts. */
      readonly from: 'sample';
      readonly envelope: Envelope;
      readonly bytes: Uint8Array;
      /** What the ingress has to answer. */
      readonly answer: 'delivered' | 'duplicate' | 'ignored' | 'held' | 'quarantined';
    }
  /** The event of a change set, which the simulated vendor posts itself. */
  | { readonly from: 'catalogSimulator'; readonly changeSetId: string }
  /** The events of many, all at the same moment. */
  | { readonly from: 'catalogStorm'; readonly changeSetIds: readonly string[] }
  /** An event of items that no sample of the vendor shows, which the simulated vendor posts itself. */
  | { readonly from: 'buyWithPrimeSimulator'; readonly announcement: Announcement }
  /** Somebody works in the vendor's console. */
  | { readonly from: 'console'; readonly works: (controls: SimulatorControls) => void }
  /** An operator answers. */
  | { readonly from: 'operator'; readonly answer: Answer }
  /** An operator does something about the workflow. */
  | ({ readonly from: 'administrator' } & Operation)
);

/** How the simulated vendors are prepared. */
export interface SimulatorControls {
  readonly catalog: CatalogControl;
  readonly buyWithPrime: BuyWithPrimeControl;
}

/** One thing that happens to a seller, from its event to the state it has to reach. */
export interface Scenario {
  /** What happens, as the table shows it. */
  readonly name: string;
  /** The heading that it stands under. */
  readonly group: ScenarioGroup;
  readonly workflowId: string;
  /** Every start has this id, and those of `besides`: the player deletes the workflows that an earlier start left. */
  readonly sameId?: true;
  readonly expected: Expectation;
  /** Other workflows that have to come to a state. */
  readonly besides?: ManyWorkflows;
  /**
   * What it may come to instead after a reset. A reset to before a check makes the check again, and what has happened since
   * counts: a reminder whose time is past is not sent, what was found is known.
   */
  readonly afterReset?: readonly Expectation[];
  /** How many successors of these origins the simulated vendor has to have accepted in the end. */
  readonly submits?: { readonly ofOrigins: readonly string[]; readonly expected: number };
  /** How many notices of its workflow each channel's receiver has to have got in the end, by channel. */
  readonly notified?: Readonly<Record<string, number>>;
  /**
   * Of a flood: on a machine that is slower than its period, notices and digests divide it otherwise. What this channel has
   * got one by one, and what its digests report, is so much all the same.
   */
  readonly inAll?: { readonly channel: string; readonly notices: number };
  /** What those notices have to say: others are not counted. */
  readonly notifiedSaying?: string;
  /** Other workflows whose notices count among those. */
  readonly notifiedBesides?: readonly string[];
  /** Prepares the simulated vendors before the first event. */
  readonly prepare?: (controls: SimulatorControls) => void;
  readonly events: readonly ScenarioEvent[];
}

/** What scenarios are made from: fresh ids, so that a start on an old history repeats nothing, and the time. */
export interface ScenarioContext {
  /** A fresh text of so many characters of a-z and 0-9. */
  readonly token: (length: number) => string;
  readonly uuid: () => string;
  readonly nowMs: number;
}

/**
 * The accounts of the vendor's samples, a manufacturer (mode `auto`) and a channel partner who sells its product
 * (`approve`), one that only checks on (`observe`), and one whose notices all channels get (`auto`).
 */
export const accounts = {
  manufacturer: '123456789012',
  channelPartner: '987654321098',
  observer: '444455556666',
  publisher: '111122223333',
} as const;

/** The accounts of the security cases beside the manufacturer's: of an account there is one case. */
export const securityAccounts = {
  proven: '555566667777',
  overdue: '666677778888',
  moved: '777788889999',
  snoozed: '888899990000',
} as const;

/** An account that the configuration has only once events of it have come. */
export const newcomer = '999900001111';

/**
 * The accounts of failures without an event: one with a past, which a backfill finds, and one whose event is lost. Both
 * are in mode `auto`; the second is called through a role.
 */
export const foundAccounts = { backfilled: '222233334444', unheard: '333344445555' } as const;

/** The account of the storm, in mode `auto`. */
export const stormAccount = '444433332222';

/** Where the storm's notices go, and how they are grouped: the period is shorter than any that operators would want. */
export const stormChannels = ['slack', 'pagerDuty'] as const;
export const stormGrouping = { first: 5, everyMs: 20_000 } as const;

/**
 * How long after a change set's end its event may be on its way, in milliseconds. Production's own is minutes; here
 * every event is posted at once.
 */
export const settlingMs = 3_000;

/**
 * The change set that needs a decision in every start: README and docs name it, so that their commands work as they
 * stand there. It is the one of AWS's own sample event.
 */
export const changeSetInDocs = '76yesvf8y165pa4f98td2crtg';

/** The merchant whose items the Buy with Prime scenarios are about. */
export const businessProductId = 'demo-business-product';

/** So many notices at each receiver. */
export function onEveryChannel(count: number): Readonly<Record<string, number>> {
  const channels = [...Object.keys(receiverPaths), 'sns'];
  return Object.fromEntries(channels.map((channel) => [channel, count]));
}

/** An instant as the vendors write it: whole seconds, UTC. */
export function vendorTime(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

/** The bytes of an event. */
export function bytesOf(event: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(event));
}

/** A vendor's sample that is posted, with other ids, accounts and dates in it, old text to new text. */
export function posted(
  fixture: string,
  replacements: ReadonlyArray<readonly [string, string]>,
  envelope: Envelope = 'eventbridge',
): Extract<ScenarioEvent, { from: 'sample' }> {
  const bytes = bytesOf(withReplaced(readFixture(fixture), new Map(replacements)));
  return { from: 'sample', envelope, bytes, answer: 'delivered' };
}
