import { InvalidArgumentError, type Command } from 'commander';
import { placeholderIn, type PlaceholderOf } from './placeholders.ts';

/** The flags that say where Temporal and its Web UI are. */
export interface TemporalFlags {
  readonly address?: string;
  readonly namespace?: string;
  readonly ui?: string;
  /** The configuration, of which most commands read no more than how payloads are encrypted. */
  readonly config?: string;
}

/** The most that a backfill starts in a second. */
const highestRate = 100;

/** Gives a command the flags of {@link TemporalFlags}, without the Web UI's. */
export function addTemporalFlags(command: Command): Command {
  const hasConfiguration = command.options.some(({ long }) => long === '--config');
  const configured = hasConfiguration
    ? command
    : command.option('--config <file>', 'the configuration, for its encryption keys (else STEWARD_CONFIG)');
  return configured
    .option('--address <host:port>', "Temporal's address (else TEMPORAL_ADDRESS, else that of a running npm start)")
    .option('--namespace <name>', 'the namespace (else TEMPORAL_NAMESPACE)');
}

/** A text that says something, for commander. */
export function spoken(text: string): string {
  const trimmed = text.trim();
  if (trimmed === '') throw new InvalidArgumentError('It must not be empty.');
  if (/^<[^<>]*>$/.test(trimmed)) throw new InvalidArgumentError(`${trimmed} is still the placeholder: replace it.`);
  return trimmed;
}

/** The same of an actor or a reason, which an operator types in place of what a document writes. */
export function said(of: PlaceholderOf): (text: string) => string {
  return (text) => {
    const trimmed = text.trim();
    if (trimmed === '' && of === 'actor') {
      throw new InvalidArgumentError('It must not be empty. Name who decides, or leave --actor out.');
    }
    const placeholder = placeholderIn(trimmed, of);
    if (placeholder === undefined) return spoken(trimmed);
    throw new InvalidArgumentError(
      `${placeholder} is still the placeholder: replace it.${of === 'id' ? ' See the ids: steward list' : ''}`,
    );
  };
}

function numberBy(form: RegExp, needed: string, most = Number.POSITIVE_INFINITY): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (form.test(text) && value > 0 && value <= most) return value;
    throw new InvalidArgumentError(needed);
  };
}

/** A number of things a second, for commander. */
export const rate = numberBy(/^\d+(\.\d+)?$/, `A number above 0, up to ${highestRate}, is needed.`, highestRate);

/** A number of days, for commander. */
export const days = numberBy(/^\d{1,4}(\.\d{1,3})?$/, 'A number of days above 0 is needed.');

/** A whole number from 1 to 999999, for commander. */
export const positiveInteger = numberBy(/^[1-9]\d{0,5}$/, 'A whole number from 1 to 999999 is needed.');

/** A whole number of seconds within bounds, for commander. */
export function secondsBetween(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d{1,6}$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`A whole number of seconds from ${least} to ${most} is needed.`);
  };
}

/** The 12 digits of an AWS account id, for commander. */
export function accountId(text: string): string {
  if (/^\d{12}$/.test(text)) return text;
  throw new InvalidArgumentError('The 12 digits of an AWS account id are needed.');
}

/** The name of a Worker Deployment, for commander: one that a query and a shell take without quotes. */
export function deploymentName(text: string): string {
  if (/^[a-zA-Z\d][\w-]{0,99}$/.test(text)) return text;
  throw new InvalidArgumentError('Up to 100 letters, digits, - and _ are needed, a letter or digit first.');
}
