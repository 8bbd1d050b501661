import type { MorningTime } from '../workflows/morningDigest/contract.ts';
import type { Notice, NoticeSeverity, NoticeTopic } from '../workflows/shared/notices.ts';

/** A page of the Web UI, and what it is called. */
export interface NoticeLink {
  readonly title: string;
  readonly address: string;
}

/** A notice as it leaves: `buyerLines` are there only where buyers may be shown. */
export interface OutgoingNotice extends Notice {
  /** The workflow's page in the Temporal Web UI, where the configuration says where that is. */
  readonly link?: string;
  /** The lists of the notice, where the configuration says where the Web UI is. */
  readonly links?: readonly NoticeLink[];
}

/** Where notices go. Sending the same notice again must do no harm: its `id` marks a repeat. */
export interface NoticeChannel {
  readonly name: string;
  /** True where operators read it, so that a flood is grouped unless a route says otherwise. */
  readonly isForOperators?: true;
  /** True where a resolution closes what the opening opened: it is never grouped. */
  readonly closesMatters?: true;
  /**
   * Sends once.
   * @throws a failure of the vocabulary, whose text names what is wrong and no secret.
   */
  send(notice: OutgoingNotice): Promise<void>;
}

/** How a flood is grouped: the first notices of an account and matter go out one by one, then one digest in each period. */
export interface NoticeGrouping {
  /** Notices that go out one by one. */
  readonly first: number;
  /** The period, in milliseconds. */
  readonly everyMs: number;
}

/** Which notices go through which channels. */
export interface NoticeRoute {
  /**
   * The least severity; all where it is left out. What closes something, an acknowledgement or a resolution, is taken
   * whatever its severity, so that nobody who was notified of the beginning misses the end.
   */
  readonly severity?: NoticeSeverity;
  /** Accounts and merchants; all where it is left out. */
  readonly accounts?: readonly string[];
  /** It takes the notices of these topics, and no others; where it is left out, those without a topic. */
  readonly topics?: readonly NoticeTopic[];
  /** When its channels get a digest of what needs somebody, is due, was done and lost; never where it is left out. */
  readonly morningDigest?: MorningTime;
  /** Names of channels. */
  readonly channels: readonly string[];
  /** Whether buyers' data may be shown there. */
  readonly showBuyers: boolean;
  /** How a flood is grouped; where it is left out, as the channel is used to. */
  readonly grouping?: NoticeGrouping | 'off';
}
