import { withoutAddresses } from '../../addresses.ts';

/** How urgently a notice should be read. */
export type NoticeSeverity = 'information' | 'warning' | 'critical';

/** What a notice is about, where only routes that name it take it (`notices.routes[].topics`). */
export const noticeTopics = ['changeSet.succeeded', 'changeSet.observed'] as const;
/** One of the topics. */
export type NoticeTopic = (typeof noticeTopics)[number];

/** A list of the Web UI to which a notice leads. */
export interface NoticeList {
  readonly title: string;
  /** A visibility query, which holds nothing that a notice may not. */
  readonly query: string;
}

/**
 * One message to operators. `id` is its identity: the same decision always carries the same one, so that a channel
 * that drops repeats shows it once. The text holds no vendor secret; buyers' data stands in `buyerLines` and nowhere
 * else.
 */
export interface Notice {
  readonly id: string;
  /** A `report` opens nothing and closes nothing: nobody has to answer it. */
  readonly kind: 'opening' | 'reminder' | 'acknowledgement' | 'resolution' | 'report';
  /** Where it has one, only the routes that name it take the notice. */
  readonly topic?: NoticeTopic;
  readonly severity: NoticeSeverity;
  readonly account: string;
  readonly workflowId: string;
  readonly title: string;
  readonly lines: readonly string[];
  /** Lines that hold buyers' data: they go only where the configuration says that buyers may be shown. */
  readonly buyerLines?: readonly string[];
  readonly nextStep: string;
  /** ISO 8601, where there is a date to keep. */
  readonly dueAt?: string;
  /**
   * Of a question that observe mode has raised: what would have been submitted, by which rule and when, in one line. The routes
   * with the topic `changeSet.observed` have it in their daily digest.
   */
  readonly observed?: string;
  /** Lists that have more than the notice names. */
  readonly lists?: readonly NoticeList[];
  /** Of a morning digest: the only route that it is for, by the id of its schedule. Its channels alone have it. */
  readonly route?: string;
  /** Of a digest: the only channel that it is for, by name. */
  readonly through?: string;
  /** Of a digest: the identities of the notices in whose place it is. */
  readonly decisions?: readonly string[];
  /** Of the event that the workflow was given last when it decided the notice, by which the logs of ingress and worker find it. */
  readonly eventId?: string;
  /** In place of `decisions`, of a digest that waited for its channel while others came. */
  readonly unlisted?: Unlisted;
}

/** Decisions that a digest counts and does not name. */
export interface Unlisted {
  readonly decisions: number;
  /** How many digests it stands for. */
  readonly digests: number;
  /** The runs of its workflow, from the first to the last, whose histories name them. */
  readonly firstRunId: string;
  readonly lastRunId: string;
}

/** The identity of a notice, by a part that its workflow gives to no other, and whose it is. */
export function identityOf(
  workflowId: string,
  account: string,
  part: string,
): Pick<Notice, 'id' | 'account' | 'workflowId'> {
  return { id: `${workflowId}:${part}`, account, workflowId };
}

/**
 * The notice as anybody may read it: whatever text it is made of, nothing invisible is in its words, and of an address no
 * more than its host, which no viewer makes a link of.
 */
export function harmlessNotice(notice: Notice): Notice {
  const { title, lines, buyerLines, nextStep, observed } = notice;
  return {
    ...notice,
    title: withoutAddresses(title),
    lines: lines.map(withoutAddresses),
    ...(buyerLines === undefined ? {} : { buyerLines: buyerLines.map(withoutAddresses) }),
    nextStep: withoutAddresses(nextStep),
    ...(observed === undefined ? {} : { observed: withoutAddresses(observed) }),
  };
}

/** What is left to do for a notice: one activity for each channel. */
interface NoticeForwarding {
  readonly channels: readonly string[];
  /** Milliseconds to wait before that, where a first attempt has failed. */
  readonly afterMs?: number;
}

/** The activity that every notice begins with. */
export interface NoticeActivities {
  /**
   * Routes a notice by the worker's own configuration, and sends it at once where one channel is to have it.
   * @param busy channels where an earlier notice still waits: nothing overtakes it there.
   * @returns undefined where it is sent; else the channels that it has to be sent to, each by `sendNoticeTo`.
   * @throws the failure of a channel that refuses it for good.
   */
  sendNotice(notice: Notice, busy: readonly string[]): Promise<NoticeForwarding | undefined>;
}

/** The activity that a notice ends with, where the first was not all. */
export interface ChannelActivities {
  /** Sends a notice to one channel; the server repeats a failed attempt, later each time. */
  sendNoticeTo(request: { readonly channel: string; readonly notice: Notice }): Promise<void>;
}
