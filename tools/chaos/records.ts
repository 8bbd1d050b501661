/**
 * What a run of `npm run chaos` plans, and what it leaves in its folder: lines of JSON that the check reads. They name
 * nothing of the service's own code, so that the check judges by what senders, vendors and receivers saw.
 */

/**
 * Times: a plan knows no clock. In bodies of events and puts, `<<start+90>>` is 90 seconds after the stream began, and
 * `<<sent-5>>` 5 seconds before the event sets out first (of a put: the event that it is put before); both in ISO 8601
 * with whole seconds and Z. The run fills them in, and plan.json has the bodies as they were sent.
 */

/** Which way an event comes. `none`: it is lost on its way, and only the vendor's own records tell of it. */
export type Way = 'http' | 'queue' | 'none';

/** An event of the stream. */
export interface PlannedEvent {
  /** Its name in this run. */
  readonly key: string;
  readonly way: Way;
  /** Whose it is: it decides the ingress's path and credential. */
  readonly vendor: 'aws' | 'buyWithPrime';
  /** The body's bytes as text. */
  readonly body: string;
  /** When each of its copies sets out: in parts of the whole stream, 0 to 1, ascending; more than one: duplicates. */
  readonly sentAt: readonly number[];
  /** The workflow that has to know it. */
  readonly workflowId: string;
}

/** What an operator does in the midst of the run. */
export interface PlannedCommand {
  readonly key: string;
  /** In parts of the whole stream, 0 to 1. */
  readonly at: number;
  /** Words of `steward`, e.g. `['abandon', 'change-set:…', '--reason', '…']`. */
  readonly words: readonly string[];
  readonly workflowId: string;
}

/** A seeded run: what is put at the vendors, what comes, and where each workflow has to end. */
export interface Plan {
  readonly seed: number;
  readonly accounts: readonly string[];
  /** The mode of each account; `auto` where it is left out. */
  readonly modes?: Readonly<Record<string, 'observe' | 'approve' | 'auto'>>;
  /** Those of Buy with Prime that the steward is configured for, by businessProductId. */
  readonly merchants?: readonly string[];
  /** Values of the section `policies` of the steward's file that the stream counts on, beside those of every run. */
  readonly policies?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Bodies for the simulators' control, put before the first event: `POST /_control/NAME`. */
  readonly puts: ReadonlyArray<{
    readonly vendor: 'aws' | 'buyWithPrime';
    readonly name: string;
    readonly body: unknown;
    /** The key of an event: it is put right before that one sets out, or, of a lost one, at that time. */
    readonly before?: string;
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
  /** The keys of the events, and the ids of commands and notices, that it says it knows, where it says so. */
  readonly knows?: unknown;
}

/** What the check counts; all are 0 where every promise held. */
export interface ChaosCounts {
  readonly acknowledgedEventsUnaccounted: number;
  readonly submissionsSentMoreThanOnce: number;
  readonly noticesDecidedMoreThanOnce: number;
  readonly noticesEarly: number;
  readonly workflowsStuckOrFailed: number;
  readonly endsThatDiffer: number;
  readonly commandsLost: number;
  readonly commandsAppliedTwice: number;
  readonly secretsFound: number;
}
