/**
 * What a run of `npm run chaos` plans, and what it leaves in its folder: lines of JSON that the check reads. They name
 * nothing of the service's own code, so that the check judges by what senders, vendors and receivers saw.
 */

/**
 * Times: a plan knows no clock. In bodies of events and puts, `<<start+90>>` is 90 seconds after the stream began, and
 * `<<sent-5>>` 5 seconds before the event sets out first (of a put: the event that it is put before); both in ISO 8601
 * with whole seconds and Z. The run fills them in, and plan.json has the bodies as they were sent.
 */

/** What an account's mode is in the configuration. */
export type Mode = 'auto' | 'approve' | 'observe';

/** Which way an event comes. `none`: it is lost on its way, and only the vendor’s own records have it. */
export type Way = 'http' | 'queue' | 'none';

/** An event of the stream. */
export interface PlannedEvent {
  /** Its name in this run. */
  readonly key: string;
  readonly way: Way;
  /**
   * Whose envelope it has: it decides the ingress's path and credential. What Buy with Prime sends through EventBridge has
   * AWS's.
   */
  readonly vendor: 'aws' | 'buyWithPrime';
  /** The body's bytes as text. */
  readonly body: string;
  /** When each of its copies sets out: in parts of the whole stream, 0 to 1, ascending; more than one: duplicates. */
  readonly sentAt: readonly number[];
  /** The workflow that has to know it. */
  readonly workflowId: string;
  /** The vendor's own id in its body, by which its workflow knows it; missing where the bytes have none. */
  readonly identity?: string;
  /** It asks for nothing: where no workflow is open for it, or too many came, the service may ignore it. */
  readonly mayBeIgnored?: true;
}

/** What an operator does in the midst of the run. */
export interface PlannedCommand {
  readonly key: string;
  /** In parts of the whole stream, 0 to 1. */
  readonly at: number;
  /** Words of `steward`, e.g. `['abandon', 'change-set:…', '--reason', '…']`. */
  readonly words: readonly string[];
  /** For standard input. */
  readonly input?: string;
  readonly workflowId: string;
  /** Its reason, which no other command has: the workflow's audit shows it. */
  readonly reason: string;
}

/** Where a workflow has to end, whatever is done to the system meanwhile. */
export interface ExpectedEnd {
  /** One of these: more than one where the order in which things come decides. */
  readonly states: readonly string[];
  /** Of a change set: how many successors are sent for it. Missing where the order decides. */
  readonly submits?: number;
}

/** A seeded run: what is put at the vendors, what comes, and where each workflow has to end. */
export interface Plan {
  readonly seed: number;
  /** All that the configuration has. */
  readonly accounts: readonly string[];
  /** The mode of each account; `auto` where it is left out. */
  readonly modes?: Readonly<Record<string, Mode>>;
  /** The daily cap of those that have a low one; the others' is never reached. */
  readonly dailyCaps?: Readonly<Record<string, number>>;
  /** Those of Buy with Prime that the steward is configured for, by businessProductId. */
  readonly merchants?: readonly string[];
  /** Values of the section `policies` of the steward's file that the stream counts on, beside those of every run. */
  readonly policies?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** By workflow id. Of others the undisturbed run shows the end, or time decides. */
  readonly expected?: Readonly<Record<string, ExpectedEnd>>;
  /** Bodies for the simulators' control, put before the first event: `POST /_control/NAME`. */
  readonly puts: ReadonlyArray<{
    readonly vendor: 'aws' | 'buyWithPrime';
    readonly name: string;
    readonly body: unknown;
    /** The key of an event: it is put right before that one sets out, or, of a lost one, at that time. */
    readonly before?: string;
    /** In parts of the whole stream, where another event that it is about sets out before that one. */
    readonly at?: number;
  }>;
  /** By their first `sentAt`. */
  readonly events: readonly PlannedEvent[];
  readonly commands: readonly PlannedCommand[];
}

/** `sent.jsonl`: an attempt to hand an event over, or its end. */
export type SentLine =
  | {
      readonly kind: 'attempt';
      /** ISO 8601 with milliseconds, as all times here. */
      readonly at: string;
      readonly event: string;
      readonly copy: number;
      readonly way: Way;
      readonly attempt: number;
      /** Missing: no answer came. */
      readonly status?: number;
    }
  | {
      readonly kind: 'end';
      readonly at: string;
      readonly event: string;
      readonly copy: number;
      /** `acknowledged`: answered with 2xx, or deleted from its queue; `dropped`: an answer that is final; `lost`: nobody sent it. */
      readonly end: 'acknowledged' | 'dropped' | 'lost' | 'givenUp' | 'deadLetter';
      /** Of an event that the vendor's simulator made in the run (an outcome of a successor): its body. */
      readonly body?: string;
    };

/** `notices.jsonl`: a notice that reached the receiver. */
export interface NoticeLine {
  readonly at: string;
  /** The header `webhook-id`. */
  readonly id: string;
  readonly body: string;
  /** What the receiver answered: a channel that is down answers 503 or not at all. */
  readonly status?: number;
}

/** `faults.jsonl`: what was done to the system. */
export interface FaultLine {
  readonly at: string;
  /** E.g. `kill`, `stop`, `continue`, `reset`, `deploy`, `configure`, `forgetToken`, `throttle`. */
  readonly fault: string;
  /** Which process, workflow or operation. */
  readonly what: string;
}

/** `commands.jsonl`: an operator's command as it ended. */
export interface CommandLine {
  readonly at: string;
  readonly key: string;
  /** Of `steward`; it is given again until it says that it was taken. */
  readonly exitCode: number | null;
  readonly attempt: number;
  readonly output: string;
}

/** `workflows.jsonl`: one workflow when all was quiet again; of several runs the last. */
export interface WorkflowLine {
  readonly workflowId: string;
  readonly type: string;
  /** Temporal's status: `RUNNING`, `COMPLETED`, `FAILED`, … */
  readonly status: string;
  /** The state that the workflow says it is in. */
  readonly state?: string;
  /** A task that fails again and again, or an activity that does. */
  readonly problem?: string;
  /** The payload of every signal in the histories of all its runs, as JSON text; each cut to 4,000 characters. */
  readonly signals?: readonly string[];
  /** Identities of notices that one run of it has decided more than once, by the activities in its history. */
  readonly noticesTwice?: readonly string[];
  /** The commands that its status shows in `audit`, oldest first; those with `refused` are left out. */
  readonly commands?: ReadonlyArray<{ readonly command: string; readonly reason: string }>;
}

/** What the check counts; all are 0 where every promise held. */
export interface ChaosCounts {
  readonly acknowledgedEventsUnaccounted: number;
  readonly submissionsSentMoreThanOnce: number;
  readonly submissionsOverDailyCap: number;
  readonly noticesDecidedMoreThanOnce: number;
  readonly noticesEarly: number;
  readonly workflowsStuckOrFailed: number;
  readonly endsThatDiffer: number;
  readonly commandsLost: number;
  readonly commandsAppliedTwice: number;
  readonly secretsFound: number;
}
