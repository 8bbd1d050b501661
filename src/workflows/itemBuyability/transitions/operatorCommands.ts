import { commandsIn, recorded, stateRefusal } from '../../shared/operatorCommands.ts';
import { stay } from '../../shared/transition.ts';
import { itemCommands, type GivenItemCommand, type ItemCommand } from '../contract.ts';
import { abandonmentNotice } from '../notices.ts';
import { stateName, type ItemCase, type ItemContext, type ItemTransition } from '../state.ts';
import { startQuery } from './verdicts.ts';

/** The commands that are taken now and change something. */
export function takenCommands(item: ItemCase): readonly ItemCommand[] {
  return item.phase.name === 'ended' ? [] : commandsIn(itemCommands, stateName(item));
}

/** Why a command is refused that the state takes, in a sentence; undefined where it makes sense. */
export function refusal({ type }: GivenItemCommand, { phase }: ItemCase): string | undefined {
  return phase.name === 'ended' ? `It has ended: there is nothing left to ${type}.` : undefined;
}

/** Begins another query, unless one is under way. It says nothing of the item: the times of what is known stay as they are. */
export function queryAgain(item: ItemCase, context: ItemContext): ItemTransition {
  const { phase } = item;
  if (phase.name === 'querying' || phase.name === 'completing') return stay(item);
  return startQuery(item, phase.name === 'awaitingAccess' ? phase.dueTo : 'unproven', context);
}

/** The item with what is known of it as its end. */
export function closedEarly(item: ItemCase, by: { readonly abandonedBy?: string } = {}): ItemCase {
  const state = stateName(item);
  const verdict = state === 'querying' || state === 'awaitingAccess' ? 'UNKNOWN' : state;
  return { ...item, phase: { name: 'ended', verdict, cancelled: true, ...by } };
}

/** Takes an operator's command; one that makes no sense now changes nothing: its validator has refused it before. */
export function onCommand(before: ItemCase, given: GivenItemCommand, context: ItemContext): ItemTransition {
  const refused = stateRefusal(itemCommands, given.type, stateName(before)) ?? refusal(given, before);
  if (refused !== undefined) return stay(before);
  const { command } = given;
  const item = recorded({ ...before, audit: before.audit ?? [] }, given.type, command, context.nowMs);
  switch (given.type) {
    case 'recheck':
      return queryAgain(item, context);
    case 'abandon': {
      const { openNotice, ...rest } = item;
      const notices = openNotice === undefined ? [] : [abandonmentNotice(rest, openNotice, command)];
      return { state: closedEarly(rest, { abandonedBy: command.actor }), notices };
    }
  }
}
