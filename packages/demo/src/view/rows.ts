import { defined } from '../../../../src/defined.ts';
import type { Endpoints } from '../endpoints.ts';
import type { Observation } from '../observe.ts';
import { isDone } from '../report.ts';
import type { Progress } from '../report.ts';
import type { Scene } from '../stage.ts';

/** How a row is to be read at a glance. */
export type Mark = 'waiting' | 'working' | 'needsDecision' | 'done' | 'problem';

/** One event and what has become of it. */
export interface Row {
  readonly mark: Mark;
  /** The heading that it stands under. */
  readonly group: string;
  /** What happened, in words. */
  readonly event: string;
  readonly workflowId: string;
  readonly state: string;
  /** The change set's last attempt; empty where that has no meaning. */
  readonly attempt: string;
  readonly nextStep: string;
  /** What the matter is, as the workflow itself says it. */
  readonly subject?: string;
  readonly link?: string;
}

/** What a view shows. */
export interface ViewState {
  readonly rows: readonly Row[];
  /** What the first scenario went through so far, in one line. */
  readonly story?: string;
  /** The first row that needs a decision, with the commands that answer it. */
  readonly needsDecision?: { readonly row: Row; readonly commands: readonly string[] };
  /** How to begin again with an empty history, in sentences. */
  readonly beginAgain: readonly string[];
  /** Lists all that need a decision. */
  readonly listCommand: string;
  /** Prints the lists of the Web UI that answer the questions of a shift. */
  readonly linksCommand: string;
  /** The list of all workflows in the Web UI. */
  readonly listLink?: string;
  /** Workflows of this start that have no row: backfills have opened them. */
  readonly openedByBackfills: number;
  /** Of all starts. */
  readonly needingDecision: number;
}

/** Where a view's links and commands lead. */
export interface ViewContext {
  readonly endpoints: Pick<Endpoints, 'ui' | 'namespace' | 'temporal'>;
  /** The state folder, where it is one that the `steward` command does not find. */
  readonly home?: string;
}

const groupOfOthers = 'Other events';

/** Makes what a view shows from what was seen. */
export function viewState(scene: Scene, context: ViewContext): ViewState {
  const rows = [
    ...scene.progress.map((progress) => scenarioRow(progress, context)),
    ...scene.others.map((observation) =>
      rowOf({ name: observation.subject ?? observation.workflowId, group: groupOfOthers }, observation, context),
    ),
  ];
  const asked = [...scene.progress.map(({ observation }) => observation), ...scene.others].find(
    (observation) => observation?.type === 'changeSetRemediation' && observation.attention,
  );
  const row = rows.find(({ workflowId }) => workflowId === asked?.workflowId);
  return {
    rows,
    ...defined({ story: storyOf(scene.progress[0]?.observation), listLink: link(context, '') }),
    ...(row !== undefined && { needsDecision: { row, commands: commandsFor(row.workflowId, asked, context) } }),
    beginAgain: ['Ctrl-C ends it.', `To begin again, delete ${context.home ?? '.steward'}/temporal.sqlite.`],
    listCommand: `${steward(context)} list --attention`,
    linksCommand: `${steward(context)} links`,
    openedByBackfills: scene.openedByBackfills,
    needingDecision: scene.needingDecision,
  };
}

/** The page of a workflow that shows its summary and details: a link without it opens the timeline. */
function workflowLink(context: ViewContext, { workflowId, runId }: Observation): string | undefined {
  return link(context, `/${encodeURIComponent(workflowId)}/${runId}/user-metadata`);
}

function link({ endpoints: { ui, namespace } }: ViewContext, path: string): string | undefined {
  return ui === undefined ? undefined : `${ui}/namespaces/${encodeURIComponent(namespace)}/workflows${path}`;
}

/** The two commands that fit best, of those that need no file; without a worker's answer, retry and abandon. */
function commandsFor(workflowId: string, asked: Observation | undefined, context: ViewContext): readonly string[] {
  const changeSetId = workflowId.replace(/^change-set:/, '');
  const taken: unknown = asked?.status['commands'];
  const fitting = (Array.isArray(taken) ? taken : ['retry', 'abandon']).filter((name) => name !== 'amend');
  return fitting
    .slice(0, 2)
    .map((command) => `${steward(context)} ${command} ${changeSetId} --actor "<your-name>" --reason "<why>"`);
}

/** The command as it has to be typed in another terminal to find this start. */
function steward({ home }: ViewContext): string {
  if (home === undefined) return 'node bin/steward.mjs';
  const word = /^[\w/.-]+$/.test(home) ? home : `'${home.replaceAll("'", "'\\''")}'`;
  return `STEWARD_HOME=${word} node bin/steward.mjs`;
}

function scenarioRow(progress: Progress, context: ViewContext): Row {
  const { scenario, observation, problem, startedMs } = progress;
  if (observation !== undefined && problem === undefined) {
    const row = rowOf(scenario, observation, context);
    return row.mark === 'working' && isDone(progress) ? { ...row, mark: 'done' } : row;
  }
  return {
    mark: problem === undefined ? 'waiting' : 'problem',
    group: scenario.group,
    event: scenario.name,
    workflowId: scenario.workflowId,
    state: observation?.state ?? '',
    attempt: '',
    nextStep: problem ?? (startedMs === undefined ? '' : 'sent to the ingress'),
    ...defined({ link: observation && workflowLink(context, observation) }),
  };
}

function rowOf(
  { name, group }: { readonly name: string; readonly group: string },
  observation: Observation,
  context: ViewContext,
): Row {
  const { workflowId, state, attempt, attention, running, nextStep, type, subject } = observation;
  return {
    mark: attention ? 'needsDecision' : running ? 'working' : 'done',
    group,
    event: name,
    workflowId,
    state,
    attempt: type === 'changeSetRemediation' && attempt !== undefined ? String(attempt) : '',
    nextStep: nextStep ?? '',
    ...defined({ subject, link: workflowLink(context, observation) }),
  };
}

/**
 * What one lineage went through, in one line: `failed → attempt 1: failed → attempt 2: succeeded → remediated`.
 * @returns undefined while the workflow reports no change set
 */
export function storyOf(observation: Observation | undefined): string | undefined {
  const members: unknown = observation?.status['members'];
  const steps = (Array.isArray(members) ? members : []).flatMap((member: unknown) => stepOf(member));
  return observation === undefined || steps.length === 0 ? undefined : [...steps, observation.state].join(' → ');
}

function stepOf(member: unknown): string[] {
  const { attempt, outcome } = (member ?? {}) as { readonly attempt?: unknown; readonly outcome?: unknown };
  if (typeof attempt !== 'number') return [];
  const what = typeof outcome === 'string' ? outcome.toLowerCase() : 'under way';
  return [attempt === 0 ? what : `attempt ${attempt}: ${what}`];
}
