import { z } from 'zod';

/**
 * The name of an environment variable. Names are upper case by convention; a value pasted in the place of a name seldom
 * is, and is not repeated in errors.
 */
export const variableName = z
  .string('the NAME of an environment variable')
  .regex(/^[A-Z_][A-Z0-9_]{0,199}$/, 'the NAME of an environment variable: A-Z, 0-9 and _');

/** An address by HTTP or HTTPS that holds no password. */
export const url = z
  .url({ protocol: /^https?$/, error: 'a URL that begins with http:// or https://' })
  .refine((text) => !URL.canParse(text) || new URL(text).password === '', 'a URL without a password');
