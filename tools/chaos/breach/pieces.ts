import type { Piece } from './breaches.ts';

/**
 * A source with its pieces exchanged.
 * @param file under the repository’s root
 * @throws Error where a piece of the file is not there exactly once: then the breach would break nothing
 */
export function exchanged(file: string, source: string, pieces: readonly Piece[]): string {
  return pieces
    .filter((piece) => piece.file === file)
    .reduce((text, piece) => {
      const parts = text.split(piece.text);
      if (parts.length === 2) return parts.join(piece.by);
      throw new Error(`${file} has this ${parts.length - 1} times, and not once: ${piece.text}`);
    }, source);
}
