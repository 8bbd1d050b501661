import fc from 'fast-check';
import { playOut } from './play.ts';
import { orders, truths } from './arbitraries.ts';

/** That the machine plays every truth, reported in any order, to its end. */
export const property = fc.property(truths, orders, (truth, order) => playOut(truth, order));
