import { autoAccount, backOffsMs } from './changeSets.ts';
import { failed, failureStory, outcome, workflowOf } from './changeSetParts.ts';
import type { Story, StoryContext } from './story.ts';

/** So long after its event an operator answers, in parts of the stream. */
const answersAfter = 0.08;

/** The contents are wrong: an operator answers, or nobody does. */
export function clientError(context: StoryContext): Story {
  const { draws, index } = context;
  const set = failed(draws, autoAccount(context), { failureCode: 'CLIENT_ERROR' });
  const workflowId = workflowOf(set);
  const command = (...words: string[]) => ({ words: [...words, workflowId], workflowId, after: answersAfter });
  const repeated = { outcomes: [outcome(draws, 'SUCCEEDED')], end: { states: ['remediated'], submits: 1 } };
  switch (index % 5) {
    case 0:
      return failureStory(context, set, { end: { states: ['awaitingDecision'], submits: 0 } });
    case 1:
      return failureStory(context, set, {
        commands: [command('abandon')],
        end: { states: ['abandoned'], submits: 0 },
      });
    case 2:
      return failureStory(context, set, {
        commands: [command('resolve')],
        end: { states: ['resolvedElsewhere'], submits: 0 },
      });
    case 3:
      return failureStory(context, set, { ...repeated, commands: [command('retry')] });
    default: {
      const amend = {
        ...command('amend', '--change', '0=-'),
        input: JSON.stringify({ ProductTitle: 'Another title' }),
      };
      const approve = { ...command('approve'), after: 2 * answersAfter };
      return failureStory(context, set, { ...repeated, commands: [amend, approve] });
    }
  }
}

/** AWS fails at every retry, until an operator is asked, who may give it up. */
export function failedAlways(context: StoryContext): Story {
  const set = failed(context.draws, autoAccount(context));
  return failureStory(context, set, {
    outcomes: [outcome(context.draws, 'FAILED')],
    end: { states: ['awaitingDecision'], submits: backOffsMs.length },
  });
}

/** In mode approve an operator lets it go. */
export function held(context: StoryContext): Story {
  const { draws, cast, index } = context;
  const set = failed(draws, cast.approve);
  const workflowId = workflowOf(set);
  if (index % 2 === 0) return failureStory(context, set, { end: { states: ['awaitingDecision'], submits: 0 } });
  return failureStory(context, set, {
    outcomes: [outcome(draws, 'SUCCEEDED')],
    commands: [{ words: ['approve', workflowId], workflowId, after: answersAfter }],
    end: { states: ['remediated'], submits: 1 },
  });
}
