/** Control characters, marks that turn the direction of text, separators, and halves of surrogate pairs. */
const unclean = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;
const uncleanButBreaks = /[^\P{Cc}\n]|[\p{Cs}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

/** Whether a text that reaches a screen holds what shows as nothing, or moves what is around it. */
export function uncleanIn(text: string, shownIn: 'line' | 'lines'): boolean {
  return (shownIn === 'line' ? unclean : uncleanButBreaks).test(text);
}
