/** Control and format characters, halves of surrogate pairs, separators, and all that Unicode has programs ignore. */
const unclean = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

/** What a viewer makes a link of; AWS's own pages stay. */
const link = /[a-z\d+.-]:\/\/(?!aws\.amazon\.com\/marketplace\/)/i;

/** Whether a text that reaches a screen holds a stranger's link, or what shows as nothing, or moves or hides what is around it. */
export function uncleanIn(text: string, shownIn: 'line' | 'lines'): boolean {
  return unclean.test(shownIn === 'line' ? text : text.replaceAll('\n', ' ')) || link.test(text);
}
