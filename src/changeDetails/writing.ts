import { numberMark } from './contents.ts';

const markedNumber = /"\\u0000(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)"/g;

/**
 * Writes contents as JSON, every digit of a number as it was read.
 * @param value as `readContents` gives it.
 * @param indent how many spaces a level is set in; without it all stands on one line.
 */
export function writtenContents(value: unknown, indent?: number): string {
  return JSON.stringify(value, undefined, indent).replace(markedNumber, '$1');
}

/** The text of a number that `readContents` marked; undefined for any other value. */
export function numberText(value: unknown): string | undefined {
  return typeof value === 'string' && value.startsWith(numberMark) ? value.slice(numberMark.length) : undefined;
}

/** Whether a JSON text holds the character that marks numbers, as an escape: then a text could pass for a number. */
export function holdsNumberMark(text: string): boolean {
  return /\\u0000/i.test(text);
}
