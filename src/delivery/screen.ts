import type { WorkflowClientInterceptor } from '@temporalio/client';
import { shownLine, shownMarkdown } from '../workflows/shared/markdown.ts';

/** What a start shows of itself on a screen. */
interface Shown {
  readonly staticSummary?: string;
  readonly staticDetails?: string;
}

/** The options with summary and details as any screen may show them, whatever they were made of. */
function shown<Options extends Shown>(options: Options): Options {
  const { staticSummary, staticDetails } = options;
  return {
    ...options,
    ...(staticSummary === undefined ? {} : { staticSummary: shownLine(staticSummary) }),
    ...(staticDetails === undefined ? {} : { staticDetails: shownMarkdown(staticDetails) }),
  };
}

/**
 * The last step of every start, whatever its texts were made of: nothing invisible and no link of a stranger's reaches the Web UI.
 */
export const cleanScreens: WorkflowClientInterceptor = {
  startWithDetails: (input, next) => next({ ...input, options: shown(input.options) }),
  signalWithStart: (input, next) => next({ ...input, options: shown(input.options) }),
};
