import type { SignalDefinition } from '@temporalio/common';
import {
  allHandlersFinished,
  CancellationScope,
  condition,
  defineUpdate,
  isCancellation,
  log,
  setDefaultSignalHandler,
  setHandler,
} from '@temporalio/workflow';
import { defined } from '../../defined.ts';
import type { CaseStatus, WorkflowContract } from './contract.ts';
import { eventIdOf } from './correlation.ts';
import { unfitProblem } from './fitForHistory.ts';
import { withEvent } from './markdown.ts';
import {
  cancellation,
  inputProblem,
  stateRefusal,
  updateDescription,
  type CommandAnswer,
  type CommandInput,
  type GivenCommand,
  type OperatorCommands,
} from './operatorCommands.ts';
import type { Meanwhile } from './meanwhile.ts';
import { startNoticeOutbox, startOutbox } from './outbox.ts';
import { isUndecodable, undecodableText } from './payloadConverter.ts';
import { othersAreTaken } from './othersTaken.ts';
import { startPublishing, type Shown } from './publishing.ts';
import { followedPolicy, type RecordedPolicy } from './policies.ts';
import { newRefusal } from './refusal.ts';
import { renewal } from './renewal.ts';
import { startSending, type Sending } from './sending.ts';
import type { Shape } from './shapes.ts';
import { noted, type Transition, type TransitionContext } from './transition.ts';
import type { Unsent } from './unsent.ts';

/** What continue-as-new adds to the public input: the state of the run before, and what it has not sent. */
export interface Carried<Effect = never> {
  /** As the run before had it, which may have been of another version: a reader makes the state of it. */
  readonly carried?: unknown;
  readonly unsent?: Unsent<Effect>;
  /** The values of the policy that an operator gave by hand. */
  readonly given?: unknown;
  /** Of the event that the run before was given last. */
  readonly eventId?: string;
}

/** The present state of a workflow, and where its work brings what it found. */
export interface CaseRun<State, Message, Policy = unknown> {
  /** As it is recorded now: take it again for each phase. */
  readonly policy: () => Policy;
  /** The same, with the values that an operator gave by hand: for an activity that says what the configuration has by now. */
  readonly recorded: () => RecordedPolicy<Policy>;
  /**
   * Goes by the policy that an activity answers, where it answers one; the histories have it from the answer.
   * @returns whether it is another than before.
   */
  readonly follow: (answer: { readonly policy?: unknown }) => boolean;
  readonly current: () => State;
  readonly apply: (message: Message) => void;
  /** Keeps a sentence for operators. */
  readonly note: (sentence: string) => void;
}

/** A signal that a workflow takes; made by {@link onSignal}. */
interface SignalHandling<Message> {
  readonly register: (
    run: Pick<CaseRun<unknown, Message>, 'apply' | 'note'> & { readonly taken: (payload: unknown) => void },
  ) => void;
}

/**
 * Takes a signal.
 * @param read makes a message of the payload, which anybody may have typed. A text is a note that says why the payload is
 * none; with undefined it is logged and ignored. A reader that threw would stop the workflow.
 */
export function onSignal<Payload, const Message>(
  definition: SignalDefinition<[Payload]>,
  description: string,
  read: (payload: Payload) => Message | string | undefined,
): SignalHandling<Message> {
  return {
    register({ apply, note, taken }) {
      const take = (payload: Payload): void => {
        if (isUndecodable(payload)) {
          return note(`Ignored a signal (${definition.name}): ${undecodableText(payload)}.`);
        }
        const message = read(payload);
        taken(payload);
        if (typeof message === 'string') note(message);
        else if (message !== undefined) apply(message);
        else log.warn('Ignored a signal: its payload has another form', { signal: definition.name });
      };
      setHandler(definition, take, { description });
    },
  };
}

interface KeptState {
  readonly notes: readonly string[];
  readonly phase?: object;
}

/** Why a command is refused after it was let in, and the message that records it. */
export interface LateRefusal<Message> {
  readonly sentence: string;
  readonly message: Message;
}

/** What a workflow is, beside the phases that it works through. */
export interface CaseDefinition<
  State extends KeptState,
  Message,
  Policy,
  Status extends CaseStatus,
  Commands extends OperatorCommands,
  Effect,
> extends Omit<Shown<State>, 'details'> {
  /** The details in markdown. */
  readonly details: (state: State, policy: Policy) => string;
  readonly contract: WorkflowContract<Status> & { readonly commands: Commands };
  readonly state: State;
  /** What the run before has left to be sent. */
  readonly unsent?: Unsent<Effect>;
  /** What the transitions may know beside the state. */
  readonly policy: Policy;
  /** The shape of a policy that the run may follow; without it, it goes by the first to its end. */
  readonly policyShape?: Shape<Policy>;
  /** The values of the policy that an operator gave by hand. */
  readonly given?: Partial<Policy>;
  /** What came while the policy was not known. */
  readonly meanwhile?: Meanwhile;
  /** Of the event that the run before was given last. */
  readonly eventId?: string;
  readonly next: (state: State, message: Message, context: TransitionContext<Policy>) => Transition<State, Effect>;
  readonly status: (state: State, policy: Policy) => Status;
  readonly statusDescription: string;
  readonly signals?: readonly SignalHandling<Message>[];
  /** How operators' commands, as the contract declares them, become messages. */
  readonly commands?: {
    readonly message: (given: GivenCommand<Commands>, state: State) => Message;
    /** Why a command is refused that the state takes, in a sentence. */
    readonly refusal?: (given: GivenCommand<Commands>, state: State, nowMs: number) => string | undefined;
    /**
     * Why a command is refused by what only an activity can read at its moment; undefined, without a promise, where
     * nothing has to be read. It may not throw.
     */
    readonly refusalNow?: (
      given: GivenCommand<Commands>,
      run: Pick<CaseRun<State, Message>, 'current'>,
    ) => Promise<LateRefusal<Message> | undefined> | undefined;
  };
  /**
   * Sends an effect that is no notice. It must handle its own failures, for one would fail the workflow task; an interruption
   * (`isInterruption`) it throws on, and the next run sends the effect.
   */
  readonly perform?: (effect: Effect, run: CaseRun<State, Message>) => Promise<void>;
}

/** A case that takes messages. */
export interface OpenCase<State, Message, Policy, Effect = never> extends CaseRun<State, Message, Policy> {
  /** True when nothing waits to be sent and no handler is under way. */
  readonly settled: () => boolean;
  /** Of the event that was given last; undefined where none was. */
  readonly eventId: () => string | undefined;
  /** Shows the present state at once: for a run that ends now. */
  readonly publish: () => void;
  /** What sends notices and effects; once it is stopped, only another run sends what is left. */
  readonly sending: Sending;
  /**
   * What the next run has to send; undefined where nothing is left. What is too much for it is reported in the state: take
   * that afterwards.
   */
  readonly carry: () => Unsent<Effect> | undefined;
  /** True while the next run can take all the effects: unlike a notice, none may be left out. */
  readonly effectsFit: () => boolean;
}

/** True for data that the declaration of the command allows. */
function isGiven<Commands extends OperatorCommands>(
  commands: Commands,
  given: { readonly type: string; readonly command: unknown },
): given is GivenCommand<Commands> {
  return inputProblem(given.command, commands[given.type]?.fields) === undefined;
}

/** An outcome has about a thousand characters: so many effects fit into one payload, with the state and the notices. */
const mostCarriedEffects = 500;

/**
 * Opens a case: registers its query, signals and commands, sends what the run before has left, and shows its details and
 * search attributes whenever messages have changed it.
 */
export function openCase<
  State extends KeptState,
  Message,
  Policy,
  Status extends CaseStatus,
  Commands extends OperatorCommands,
  Effect = never,
>(
  definition: CaseDefinition<State, Message, Policy, Status, Commands, Effect>,
): OpenCase<State, Message, Policy, Effect> {
  const { contract, policyShape, next, unsent = {}, commands: taking } = definition;
  let { state, policy, eventId } = definition;
  const status = (shown: State): Status => definition.status(shown, policy);
  const run: CaseRun<State, Message, Policy> = {
    policy: () => policy,
    recorded: () => ({ policy, ...defined({ given: definition.given }) }),
    follow(answer) {
      const now = policyShape && followedPolicy(policyShape, answer.policy);
      policy = now ?? policy;
      return now !== undefined;
    },
    current: () => state,
    apply: (message) => moveOn(next(state, message, { policy, nowMs: Date.now() })),
    note: (sentence) => moveOn({ state: noted(state, sentence), notices: [] }),
  };
  const sending = startSending();
  const notices = startNoticeOutbox(sending, unsent.notices ?? [], run.note);
  const others = startOutbox<Effect>(sending, unsent.effects ?? [], async (effect) =>
    definition.perform?.(effect, run),
  );

  function moveOn(transition: Transition<State, Effect>): void {
    state = transition.state;
    // With its event: a later run may have to send it, which was given another one.
    notices.add(transition.notices.map((notice) => ({ ...notice, ...defined({ eventId }) })));
    others.add(transition.effects ?? []);
  }

  const takes = new Map<string, (command: CommandInput) => Promise<CommandAnswer>>();

  /**
   * Registers a command as an update. It is checked again when it is applied: a signal, or a command that came just before
   * it, may have changed the state since the validator let it in.
   */
  function handleCommand(type: string, { message, refusal, refusalNow }: NonNullable<typeof taking>): void {
    const { [type]: declared } = contract.commands;
    if (declared === undefined) return;
    const refused = (command: CommandInput): string | undefined => {
      const given = { type, command };
      return isGiven(contract.commands, given)
        ? (stateRefusal(contract.commands, type, status(state).state) ?? refusal?.(given, state, Date.now()))
        : inputProblem(command, declared.fields);
    };
    const refuse = (command: CommandInput): void => {
      const sentence = refused(command);
      if (sentence !== undefined) throw newRefusal(sentence);
    };
    const take = async (command: CommandInput): Promise<CommandAnswer> => {
      await othersAreTaken();
      refuse(command);
      const given = { type, command };
      const reading = isGiven(contract.commands, given) ? refusalNow?.(given, run) : undefined;
      if (reading !== undefined) {
        const late = await reading;
        await othersAreTaken();
        refuse(command);
        if (late !== undefined) {
          run.apply(late.message);
          throw newRefusal(late.sentence);
        }
      }
      const before = state.phase;
      if (isGiven(contract.commands, given)) run.apply(message(given, state));
      const after = status(state);
      return { state: after.state, changed: state.phase !== before, message: after.nextStep };
    };
    takes.set(type, take);
    setHandler(defineUpdate<CommandAnswer, [CommandInput]>(type), take, {
      description: updateDescription(declared),
      validator: (command) => {
        refuse(command);
        const sentence = unfitProblem(declared, command);
        if (sentence !== undefined) throw newRefusal(sentence);
      },
    });
  }

  setHandler(contract.statusQuery, () => status(state), { description: definition.statusDescription });
  let isOpen = false;
  const taken = (payload: unknown): void => {
    eventId = eventIdOf(payload) ?? eventId;
  };
  // What came before this run is taken now, in one order always: there is nothing to wait for.
  const apply = (message: Message): void =>
    isOpen ? sending.afterwards(() => run.apply(message)) : run.apply(message);
  for (const { register } of definition.signals ?? []) register({ ...run, apply, taken });
  if (taking !== undefined) for (const type of Object.keys(contract.commands)) handleCommand(type, taking);
  definition.meanwhile?.open(async (type, command) => {
    const take = takes.get(type);
    if (take === undefined) throw newRefusal('There is no such command here.');
    return take(command);
  });
  // Without a handler the run would keep a signal of any other name until it closes.
  setDefaultSignalHandler((name) => log.warn('Ignored a signal of an unknown name', { name }));
  isOpen = true;
  return {
    ...run,
    settled: () => sending.idle() && allHandlersFinished(),
    eventId: () => eventId,
    publish: startPublishing(run.current, {
      ...definition,
      details: (shown) => withEvent(definition.details(shown, policy), eventId),
    }),
    sending,
    carry() {
      const left = { notices: notices.carry(), effects: others.unsent() };
      return left.notices.length + left.effects.length === 0 ? undefined : left;
    },
    effectsFit: () => others.unsent().length <= mostCarriedEffects,
  };
}

/**
 * Does the work of a phase until it is done or the phase is left, whichever comes first; what is still under way then is
 * cancelled and waited for. The work applies its findings to the state itself, so none is lost when both happen at once.
 * @param left true as soon as the state has moved on.
 * @param work timers and activities; it may be cancelled at any await.
 */
export async function whilePhaseLasts(left: () => boolean, work: () => Promise<void>): Promise<void> {
  const scope = new CancellationScope();
  let working: Promise<void> = Promise.resolve();
  await scope.run(async () => {
    working = work();
    // Promise.race would leave a rejection unheard that comes after the phase was left.
    working.catch(() => undefined);
    await Promise.race([working, condition(left)]);
  });
  scope.cancel();
  try {
    await working;
  } catch (error) {
    if (!isCancellation(error)) throw error;
  }
}

interface Named {
  readonly name: string;
}

/** The phases that have work. */
export type WorkingPhase<Phase extends Named> = Exclude<Phase, { readonly name: 'ended' }>;

function hasWork<Phase extends Named>(phase: Phase): phase is WorkingPhase<Phase> {
  return phase.name !== 'ended';
}

/**
 * A case that works through phases, one at a time, until one is named `ended`. A phase is left by putting another object in its
 * place.
 */
export interface PhasedCase<
  State extends KeptState & { readonly phase: Named },
  Message,
  Policy,
  Status extends CaseStatus,
  Commands extends OperatorCommands,
  Effect,
> extends Omit<CaseDefinition<State, Message, Policy, Status, Commands, Effect>, 'unsent'> {
  /** What the run was started with: continue-as-new gives it to the next one, with the state and what is unsent. */
  readonly input: Pick<Carried<Effect>, 'unsent' | 'eventId'>;
  /** The message that a request for cancellation becomes. */
  readonly cancelled: (by: CommandInput) => Message;
  /** What a phase stands for; it is cancelled when the phase is left. */
  readonly work: (phase: WorkingPhase<State['phase']>, run: CaseRun<State, Message, Policy>) => Promise<void>;
  /** Comes before the first phase. */
  readonly begin?: (run: CaseRun<State, Message, Policy>) => Promise<void> | void;
  /** True for a phase whose work must end before the history is begun again. */
  readonly holdsRun?: (phase: State['phase']) => boolean;
}

/**
 * Runs a workflow from its first message to its end. A message that reopens the case in the moment of its closing is taken up in
 * the same run. The run continues as new with its state before the limits of a history come near, or to move to another
 * version of the workers (`renewal.ts`). That waits for no channel: an attempt under way is waited for, and the next run sends
 * what is left.
 * @returns its last status.
 */
export function runCase<
  State extends KeptState & { readonly phase: Named },
  const Message,
  Policy,
  Status extends CaseStatus,
  Commands extends OperatorCommands,
  Effect = never,
>(definition: PhasedCase<State, Message, Policy, Status, Commands, Effect>): Promise<Status> {
  const { input, cancelled, work, begin, policyShape, given, holdsRun = () => false } = definition;
  // First: the case logs and ignores every signal that has no handler then.
  const { isDue, continueOn } = renewal();
  const { settled, publish, sending, carry, effectsFit, eventId, ...run } = openCase({
    ...definition,
    ...defined({ unsent: input.unsent, eventId: eventIdOf(input) }),
  });
  const phase = (): State['phase'] => run.current().phase;
  const status = (): Status => definition.status(run.current(), run.policy());
  const renewalDue = (): boolean => isDue() && effectsFit();
  CancellationScope.current().cancelRequested.catch(() => run.apply(cancelled(cancellation)));

  /** The last status where the phase is the last and all is sent; else the next run goes on. */
  async function renew(): Promise<Status> {
    sending.stop();
    await condition(() => sending.idle() && allHandlersFinished());
    // No await after this: a message in between would be lost.
    const unsent = carry();
    publish();
    if (unsent === undefined && !hasWork(phase())) return status();
    const policy = policyShape && { policy: run.policy(), ...defined({ given }) };
    return continueOn({ ...input, ...policy, ...defined({ eventId: eventId() }), carried: run.current(), unsent });
  }

  return CancellationScope.nonCancellable(async () => {
    const begun = begin?.(run);
    if (begun !== undefined) await begun;
    for (;;) {
      const entered = phase();
      const isLeft = (): boolean => phase() !== entered;
      if (hasWork(entered)) {
        await whilePhaseLasts(
          () => isLeft() || (renewalDue() && !holdsRun(entered)),
          () => work(entered, run),
        );
        await condition(() => isLeft() || renewalDue());
      } else {
        await condition(() => settled() || isLeft() || renewalDue());
        if (settled() && !isLeft()) {
          publish();
          return status();
        }
      }
      if (renewalDue()) return await renew();
    }
  });
}
