/** The generated tables of docs/ingress.md. */
import {
  acceptedOutcomes,
  eventBridgeRepeats,
  refusalRow,
  refusals,
  type RefusalCode,
} from '../../src/ingress/answerTable.ts';
import { table, withBlocks } from './generatedBlocks.ts';

function eventBridgeDoes(code: RefusalCode, status: number): string {
  if (code === 'requestTimeout') return 'gave up at 5 s, and repeats';
  return eventBridgeRepeats(status) ? 'repeats' : 'drops it';
}

function answerTable(): string {
  const rows = Object.keys(refusals).map((name) => {
    const code = name as RefusalCode;
    const { status, when } = refusalRow(code);
    return [String(status), `\`${code}\``, when, eventBridgeDoes(code, status)];
  });
  const accepted = ['202', '', 'Temporal has it, or it needs no storing; `outcome` says which, see below', 'is done'];
  return table(['answer', '`error`', 'when', 'EventBridge'], [accepted, ...rows]);
}

function outcomeTable(): string {
  const rows = Object.entries(acceptedOutcomes).map(([outcome, meaning]) => [`\`${outcome}\``, meaning]);
  return table(['`outcome`', 'the event'], rows);
}

/** The page with its tables brought up to date. @throws Error where it lacks the markers of one */
export function ingressPage(page: string): string {
  return withBlocks(page, { answers: answerTable, outcomes: outcomeTable });
}
