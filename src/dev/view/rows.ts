import type { Endpoints } from '../endpoints.ts';
import type { Observation } from '../observe.ts';
import { isDone } from '../report.ts';
import type { Progress } from '../report.ts';
import type { Scene } from '../stage.ts';
import { storyOf } from './story.ts';

/** How a row is to be read at a glance. */
export type Mark = 'waiting' | 'working' | 'needsYou' | 'done' | 'problem';

/** One event and what has become of it. */
export interface Row {
  readonly mark: Mark;
  /** What happened, in words. */
  readonly event: string;
  readonly workflowId: string;
  readonly state: string;
  /** How often the change set was sent again; nothing where that has no meaning. */
  readonly attempt: string;
  readonly nextStep: string;
  readonly link: string | undefined;
}

/** What a view shows. */
export interface ViewState {
  readonly rows: readonly Row[];
  /** What the first scenario went through so far, in one line. */
  readonly story: string | undefined;
  /** The row that somebody has to answer, with the commands for it; absent while there is none. */
  readonly needsYou?: { readonly row: Row; readonly commands: readonly string[] };
  /** The list of all workflows in the Web UI. */
  readonly listLink: string | undefined;
  /** Of all starts. */
  readonly needingPerson: number;
}

/** Where a view's links and commands lead. */
export interface ViewContext {
  readonly endpoints: Pick<Endpoints, 'ui' | 'namespace' | 'temporal'>;
  /** True where the `steward` command has to be told where Temporal is. */
  readonly needsAddress: boolean;
}

/** Makes what a view shows from what was seen. */
export function viewState(scene: Scene, context: ViewContext): ViewState {
  const rows = [
    ...scene.progress.map((progress) => scenarioRow(progress, context)),
    ...scene.others.map((observation) => rowOf(observation.workflowId, observation, context)),
  ];
  const asked = [...scene.progress.map(({ observation }) => observation), ...scene.others].find(
    (observation) => observation?.type === 'changeSetRemediation' && observation.attention,
  );
  const row = rows.find(({ workflowId }) => workflowId === asked?.workflowId);
  return {
    rows,
    story: storyOf(scene.progress[0]?.observation),
    ...(row === undefined ? {} : { needsYou: { row, commands: commandsFor(row.workflowId, context) } }),
    listLink: link(context, ''),
    needingPerson: scene.needingPerson,
  };
}

/** The page of a workflow that shows its summary and details: a link without it opens the timeline. */
function workflowLink(context: ViewContext, { workflowId, runId }: Observation): string | undefined {
  return link(context, `/${encodeURIComponent(workflowId)}/${runId}/user-metadata`);
}

function link({ endpoints: { ui, namespace } }: ViewContext, path: string): string | undefined {
  return ui === undefined ? undefined : `${ui}/namespaces/${encodeURIComponent(namespace)}/workflows${path}`;
}

function commandsFor(workflowId: string, { endpoints, needsAddress }: ViewContext): readonly string[] {
  const changeSetId = workflowId.replace(/^change-set:/, '');
  const where = needsAddress ? ` --address ${endpoints.temporal}` : '';
  return ['retry', 'abandon'].map(
    (command) => `npx steward ${command} ${changeSetId} --actor "$USER" --reason "your reason"${where}`,
  );
}

function scenarioRow(progress: Progress, context: ViewContext): Row {
  const { scenario, observation, problem, startedMs } = progress;
  if (observation !== undefined && problem === undefined) {
    const row = rowOf(scenario.name, observation, context);
    return row.mark === 'working' && isDone(progress) ? { ...row, mark: 'done' } : row;
  }
  return {
    mark: problem === undefined ? 'waiting' : 'problem',
    event: scenario.name,
    workflowId: scenario.workflowId,
    state: observation?.state ?? '',
    attempt: '',
    nextStep: problem ?? (startedMs === undefined ? '' : 'on its way through the ingress'),
    link: observation === undefined ? undefined : workflowLink(context, observation),
  };
}

function rowOf(event: string, observation: Observation, context: ViewContext): Row {
  const { workflowId, state, attempt, attention, running, nextStep, type } = observation;
  return {
    mark: attention ? 'needsYou' : running ? 'working' : 'done',
    event,
    workflowId,
    state,
    attempt: type === 'changeSetRemediation' && attempt !== undefined ? String(attempt) : '',
    nextStep: nextStep ?? '',
    link: workflowLink(context, observation),
  };
}
