import { InvalidArgumentError, type Command } from 'commander';

/** The flags that say where Temporal and its Web UI are. */
export interface TemporalFlags {
  readonly address?: string;
  readonly namespace?: string;
  readonly ui?: string;
}

/** The most that a backfill starts in a second. */
const highestRate = 100;

/** Gives a command the flags of {@link TemporalFlags}, without the Web UI's. */
export function addTemporalFlags(command: Command): Command {
  return command
    .option('--address <host:port>', "Temporal's address (else TEMPORAL_ADDRESS, else that of a running npm start)")
    .option('--namespace <name>', 'the namespace (else TEMPORAL_NAMESPACE)');
}

/** A text that says something, for commander. */
export function spoken(text: string): string {
  const trimmed = text.trim();
  if (trimmed === '') throw new InvalidArgumentError('it must not be empty.');
  if (/^<[^<>]*>$/.test(trimmed)) throw new InvalidArgumentError('it is still the placeholder: replace it.');
  return trimmed;
}

/** A number of things a second, for commander. */
export function rate(text: string): number {
  const value = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && value > 0 && value <= highestRate) return value;
  throw new InvalidArgumentError(`a number above 0, up to ${highestRate}, is needed.`);
}

/** A number of days, for commander. */
export function days(text: string): number {
  if (/^\d{1,4}(\.\d{1,3})?$/.test(text) && Number(text) > 0) return Number(text);
  throw new InvalidArgumentError('a number of days above 0 is needed.');
}

/** A whole number from 1 to 999999, for commander. */
export function positiveInteger(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('a whole number from 1 to 999999 is needed.');
  return Number(text);
}

/** The 12 digits of an AWS account id, for commander. */
export function accountId(text: string): string {
  if (/^\d{12}$/.test(text)) return text;
  throw new InvalidArgumentError('the 12 digits of an AWS account id are needed.');
}
