/** An entity's id without its revision; undefined for what a change creates, or refers to by another change's name. */
export function knownEntity(identifier: string | undefined): string | undefined {
  return identifier === undefined || identifier.startsWith('$') ? undefined : identifier.split('@')[0];
}
