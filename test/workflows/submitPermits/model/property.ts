import fc from 'fast-check';
import { playOut } from './play.ts';
import { beginnings, steps } from './steps.ts';

/** That an account's permits do what they promise, whatever is asked, returned, submitted, recounted and renewed. */
export const property = fc.property(beginnings, steps, playOut);
