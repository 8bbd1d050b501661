import { z } from 'zod';

/**
 * The name of an environment variable. Names are upper case by convention; a value pasted in the place of a name seldom
 * is, and is not repeated in errors.
 */
export const variableName = z
  .string('the NAME of an environment variable')
  .regex(/^[A-Z_][A-Z0-9_]{0,199}$/, 'the NAME of an environment variable: A-Z, 0-9 and _');

/** An address that stands in the file itself, and so holds no secret. */
export const url = z
  .url({ protocol: /^https?$/, error: 'a URL that begins with http:// or https://' })
  .refine((text) => !URL.canParse(text) || new URL(text).password === '', 'a URL without a password');

/** An access key, by the variables that hold it. */
export const accessKey = z.strictObject({ accessKeyIdVariable: variableName, secretAccessKeyVariable: variableName });
