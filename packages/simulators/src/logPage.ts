import { z } from 'zod';

const number = z.coerce.number().int().min(0);

/** Members of a query of `GET /_log` that ask for a part of what fits: how many entries to leave out, and how many at most. */
export const pageOfLog = { from: number.default(0), limit: number.default(Number.MAX_SAFE_INTEGER) } as const;
