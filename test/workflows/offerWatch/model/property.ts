import fc from 'fast-check';
import { playOut } from './play.ts';
import { schedules, steps } from './steps.ts';

/** That the watch of an offer does what it promises, whatever is released, accepted, shown and missed. */
export const property = fc.property(schedules, steps, playOut);
