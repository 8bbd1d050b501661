import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import type { Envelope } from '../events/parse.ts';
import { printable } from './format.ts';
import { CommandProblem, exitCodes } from './problems.ts';

/**
 * The bytes of a file, or of standard input for `-`, as they are.
 * @param right what would be right where the file cannot be read, in a sentence
 * @throws CommandProblem `usage` where the file cannot be read
 */
export async function readBytes(file: string, right: string): Promise<Uint8Array> {
  try {
    return file === '-' ? await buffer(process.stdin) : await readFile(file);
  } catch (error) {
    throw new CommandProblem(exitCodes.usage, `${printable(file)} cannot be read: ${codeOf(error)}. ${right}`);
  }
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : String(error);
}

/**
 * The envelope of an event whose envelope leaves no doubt: EventBridge has `detail-type` at the top, Buy with Prime's webhook
 * `eventDescriptor`.
 * @returns undefined for anything else, bytes that are no JSON included: those are sent as they are, on a named envelope.
 */
export function detectEnvelope(bytes: Uint8Array): Envelope | undefined {
  const event = parsed(bytes);
  if (typeof event !== 'object' || event === null || Array.isArray(event)) return undefined;
  const byEventBridge = 'detail-type' in event;
  const byWebhook = 'eventDescriptor' in event;
  if (byEventBridge === byWebhook) return undefined;
  return byEventBridge ? 'eventbridge' : 'webhook';
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
