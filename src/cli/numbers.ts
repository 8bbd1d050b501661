import { InvalidArgumentError } from 'commander';

/** What a second may have at most of what a backfill hands over. */
const highestRate = 100;

/** A number of things a second, for commander. */
export function rate(text: string): number {
  const value = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && value > 0 && value <= highestRate) return value;
  throw new InvalidArgumentError(`a number above 0, up to ${highestRate}, is needed.`);
}

/** A whole number from 1 to 999999, for commander. */
export function positiveInteger(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('a whole number from 1 to 999999 is needed.');
  return Number(text);
}
