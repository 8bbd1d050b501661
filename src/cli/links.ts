import { loadTemporalConfiguration, webUiOf } from '../config/temporal.ts';
import {
  listAddress,
  listColumns,
  shiftQuestions,
  urgencyViews,
  type ShiftView,
  type WebUiPlace,
} from '../delivery/shift.ts';
import { setupScript } from '../delivery/webUiSetup.ts';
import { exitCodes, usageProblem, type CommandContext, type CommandResult } from './command.ts';
import { findEndpoints } from './endpoints.ts';
import { strong } from './format.ts';
import type { TemporalFlags } from './options.ts';

/** What `steward links` is given. */
export interface LinksFlags extends TemporalFlags {
  readonly json?: true;
}

/** The Web UI's address that the configuration names; undefined where there is none. */
export async function configuredUi(flags: TemporalFlags, context: CommandContext): Promise<string | undefined> {
  const file = flags.config ?? context.environment['STEWARD_CONFIG'];
  if (!file) return undefined;
  return (await import('../config/webUi.ts')).loadWebUiUrl(file);
}

/** Where the Web UI is, and which namespace: no server is asked. */
async function placeOf(flags: TemporalFlags, context: CommandContext): Promise<WebUiPlace> {
  const { environment } = context;
  const isNamed = flags.address !== undefined || Object.keys(environment).some((key) => key.startsWith('TEMPORAL_'));
  const endpoints = isNamed ? undefined : findEndpoints(context);
  const temporal = endpoints === undefined ? loadTemporalConfiguration(environment, flags) : undefined;
  const namespace = flags.namespace ?? endpoints?.namespace ?? temporal?.namespace ?? 'default';
  const ui =
    flags.ui ?? endpoints?.ui ?? (await configuredUi(flags, context)) ?? (temporal ? webUiOf(temporal) : undefined);
  if (ui !== undefined && URL.canParse(ui)) return { ui, namespace };
  throw usageProblem(
    ui === undefined
      ? 'The address of the Web UI is not known. Say it with --ui http://localhost:8233, or name the configuration that has webUiUrl with --config.'
      : '--ui is no address. One looks like http://localhost:8233',
  );
}

function linkedText({ title, link, command }: ShiftView & { readonly link: string }, number: number): string {
  return [strong(`${number}. ${title}`), `   ${link}`, `   ${command}`].join('\n');
}

/** What programs get of the lists of the Web UI. */
export type LinksDocument = ReturnType<typeof documentOf>;

function documentOf(place: WebUiPlace) {
  const nowMs = Date.now();
  const linked = <View extends ShiftView>(view: View) => ({ ...view, link: listAddress(place, view.query) });
  return {
    ...place,
    questions: shiftQuestions(nowMs).map(linked),
    views: urgencyViews(nowMs).map(linked),
    columns: listColumns,
    script: setupScript(place.namespace),
  };
}

/** Prints the lists of the Web UI that answer the questions of a shift, each with its command. */
export async function links(flags: LinksFlags, context: CommandContext): Promise<CommandResult> {
  const place = await placeOf(flags, context);
  const document = documentOf(place);
  const { questions, views, script } = document;
  return {
    text: [
      ...questions.map((question, index) => linkedText(question, index + 1)),
      '',
      strong('By urgency, the most urgent first'),
      ...views.map(({ title, link }) => `   ${title}: ${link}`),
      '',
      strong('Once in each browser: show what the matter is in the list, and save the views that need no date'),
      '   Open any of these, press F12, paste all of this into the console, and press Enter.',
      '   A browser that refuses the first paste takes it after you have typed: allow pasting',
      '',
      script,
      '',
      `   Or choose the columns by hand: ${listColumns.join(', ')}`,
    ].join('\n'),
    document,
    exitCode: exitCodes.ok,
  };
}
