import { digestOf } from '../shared/digest.ts';
import type { ConcurrentChanges } from './contract.ts';
import { knownWork } from './lineage.ts';
import { newestMember, type ChangeSetCase, type DecisionReason } from './state.ts';
import type { Wait } from './waits.ts';

/** Waits that are kept: more than one lineage has. */
const keptWaits = 20;
/** Questions that are kept to count those that are alike: more than one lineage asks. */
const keptQuestions = 100;

function workOf(concurrentChanges: ConcurrentChanges | undefined): readonly string[] {
  if (concurrentChanges === undefined) return [];
  return [...knownWork(concurrentChanges), ...concurrentChanges.running.map(({ changeSetId }) => changeSetId)].sort();
}

/**
 * What a decision of a lineage is about, as a digest. It holds no time and no count of what went before: a run that was
 * reset decides the same again under the same name. A lineage that begins again after a termination asks under other names.
 */
function about(
  { firstRunId = '' }: Pick<ChangeSetCase, 'firstRunId'>,
  ...what: ReadonlyArray<string | number>
): string {
  return digestOf([firstRunId, ...what].join('\n'));
}

/**
 * The identity of a question within its lineage: the attempt, the reason, and what it is about. The same question that is
 * asked again, as after a check that failed twice, counts on.
 */
export function questionIdentity(lineage: ChangeSetCase, { kind, row }: DecisionReason): string {
  const { attempt, changeSetId } = newestMember(lineage);
  const { diagnosis, pendingEnd = '', questions = [] } = lineage;
  const work = workOf(diagnosis?.concurrentChanges);
  const digest = about(lineage, changeSetId, pendingEnd, diagnosis?.changeSetId ?? '', ...work);
  const question = `question:${attempt}:${row === undefined ? kind : `row${row}`}:${digest}`;
  const before = questions.filter((asked) => asked === question || asked.startsWith(`${question}:`)).length;
  return before === 0 ? question : `${question}:${before + 1}`;
}

/** Keeps the identity of a question that is asked. */
export function withQuestion(lineage: ChangeSetCase, question: string): ChangeSetCase {
  return { ...lineage, questions: [...(lineage.questions ?? []), question].slice(-keptQuestions) };
}

/** The identity of the question that is open, or was asked last. */
export function lastQuestion({ questions = [] }: ChangeSetCase): string {
  return questions.at(-1) ?? 'question';
}

/** The identity of what happened on the entities while a question is open. */
export function elsewhereIdentity(lineage: ChangeSetCase, news: readonly string[]): string {
  return `elsewhere:${about(lineage, ...news.toSorted())}`;
}

/** The identity of a lineage's end. */
export function endIdentity(lineage: ChangeSetCase, end: string): string {
  const { attempt, changeSetId } = newestMember(lineage);
  return `end:${attempt}:${end}:${about(lineage, changeSetId)}`;
}

/** A wait as it is kept once it is reported: the name that its notice is made from, and which wait it was. */
function reportedAs(
  lineage: ChangeSetCase,
  { what, on = '', identity }: Pick<Wait, 'what' | 'on' | 'identity'>,
): [string, string] {
  const { attempt, changeSetId } = newestMember(lineage);
  return [`waiting:${attempt}:${what}:${about(lineage, changeSetId, on)}`, identity];
}

/** The identity of the notice of a wait: what is waited for, after which attempt. Waits that are alike count on. */
export function waitIdentity(lineage: ChangeSetCase, wait: Pick<Wait, 'what' | 'on' | 'identity'>): string {
  const [name] = reportedAs(lineage, wait);
  const before = (lineage.reportedWaits ?? []).filter((reported) => reported.startsWith(`${name}@`)).length;
  return before === 0 ? name : `${name}:${before + 1}`;
}

/** Keeps that a wait is reported. */
export function withReportedWait(lineage: ChangeSetCase, wait: Pick<Wait, 'what' | 'on' | 'identity'>): ChangeSetCase {
  const reportedWaits = [...(lineage.reportedWaits ?? []), reportedAs(lineage, wait).join('@')].slice(-keptWaits);
  return { ...lineage, reportedWaits };
}
