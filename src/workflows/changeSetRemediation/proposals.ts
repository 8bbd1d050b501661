import { readableTime } from '../shared/markdown.ts';
import type { KnownValues } from '../shared/operatorCommands.ts';
import { sha256Of } from '../shared/sha256.ts';
import { newestMember, type ChangeSetCase, type DecisionReason, type Proposal } from './state.ts';

const nameDigits = 16;
/** Lines of a difference that a refusal repeats. */
const shownLines = 3;

/** The proposal that waits; undefined where none does. */
export function openProposal({ phase }: Pick<ChangeSetCase, 'phase'>): Proposal | undefined {
  return phase.name === 'awaitingDecision' ? phase.proposal : undefined;
}

/**
 * The name of a proposal: a digest of the change set that it amends, of who proposed it, and of every character of it, so
 * that nobody approves what they have not seen. The id of the run is in it, without which a price could be guessed. It has
 * to stay as it is: histories have names that were approved.
 */
export function nameOf(lineage: ChangeSetCase, { amendments, by }: Proposal): string {
  const whole = [lineage.firstRunId ?? null, newestMember(lineage).changeSetId, by, amendments];
  return sha256Of(JSON.stringify(whole)).slice(0, nameDigits);
}

/** What the lineage knows of the fields of its commands: the proposal that `approve` would submit. */
export function knownValues(lineage: ChangeSetCase): KnownValues {
  const proposal = openProposal(lineage);
  return proposal === undefined ? {} : { proposal: nameOf(lineage, proposal) };
}

/** What `approve` submits without any proposal. */
const heldBack: ReadonlySet<DecisionReason['kind']> = new Set(['modeApprove', 'dailyCap']);

/**
 * Whether an approval that names nothing could mean something else than an amendment that is proposed now: another
 * amendment before it, or the attempt that the mode or the cap holds back.
 */
export function couldMeanAnother({ phase, audit }: ChangeSetCase): boolean {
  if (phase.name !== 'awaitingDecision') return false;
  if (phase.proposal !== undefined || heldBack.has(phase.reason.kind)) return true;
  return audit.some(({ command, refused }) => command === 'amend' && refused === undefined);
}

/** Who proposed what, and when, in words. */
function proposalText({ by, at, amendments, difference }: Proposal): string {
  const indexes = amendments.map(({ index }) => `changes[${index}]`).join(', ');
  const when = at === undefined ? '' : ` at ${readableTime(at)}`;
  if (difference === undefined) return `${by} proposed it${when}, for ${indexes}`;
  const more = difference.length > shownLines ? [`and ${difference.length - shownLines} more`] : [];
  return `${by} proposed it${when}: ${[...difference.slice(0, shownLines), ...more].join('; ')}`;
}

/**
 * Why an approval does not mean the proposal that waits, in a sentence that says who proposed what, and when; undefined
 * where it does.
 * @param named the name of the proposal that the approval means; undefined where it names none.
 */
export function namingRefusal(lineage: ChangeSetCase, named: string | undefined): string | undefined {
  const proposal = openProposal(lineage);
  if (proposal === undefined) {
    return named === undefined
      ? undefined
      : 'approve was refused: it names a proposal, and none waits. Leave the name out to approve what is held back.';
  }
  const name = nameOf(lineage, proposal);
  if (named === name || (named === undefined && proposal.mustBeNamed === undefined)) return undefined;
  const wrong = named === undefined ? 'names no proposal, and could mean another one' : 'names another proposal';
  return `approve was refused: it ${wrong} than ${name}, which waits. ${proposalText(proposal)}. Check it; to approve that one, name it: "proposal": "${name}", in a terminal --proposal ${name}.`;
}
