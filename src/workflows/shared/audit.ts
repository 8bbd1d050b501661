import type { AuditEntry, OperatorCommand } from './commands.ts';

/** Operators's commands that are kept; older ones stay readable in the history. */
const kept = 100;

/**
 * Adds one command to the record of what operators did.
 * @param at when it was taken, ISO 8601.
 */
export function recordCommand(
  audit: readonly AuditEntry[],
  command: string,
  { actor, reason }: OperatorCommand,
  at: string,
): readonly AuditEntry[] {
  return [...audit, { at, command, actor, reason }].slice(-kept);
}
