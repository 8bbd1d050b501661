import { z } from 'zod';
import { variableName } from './fields.ts';

const expectedId =
  'the id of a key: 1 to 64 letters, digits and ._-; it stands in clear beside all that the key encrypts';

const key = z.strictObject({
  id: z.string(expectedId).regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, expectedId),
  keyVariable: variableName,
});

/** The keys of what Temporal stores. The first encrypts, and every one decrypts. */
export const encryptionSchema = z
  .strictObject({
    /** False: what is encrypted is read, and nothing is encrypted any more, or not yet. */
    encrypts: z.boolean().default(true),
    keys: z.array(key, 'a list of keys').min(1, 'at least one key').max(50, 'at most 50 keys'),
  })
  .superRefine(({ keys }, context) => {
    for (const [index, { id }] of keys.entries()) {
      if (keys.findIndex((other) => other.id === id) === index) continue;
      const message = 'an id of its own: a payload names its key by it';
      context.addIssue({ code: 'custom', path: ['keys', index, 'id'], message });
    }
  });

/** The section `encryption` of the file. */
export type FileEncryption = z.output<typeof encryptionSchema>;
