import fc from 'fast-check';
import { playOut } from './play.ts';
import { services, worlds } from './world.ts';

/** That the machine plays every world to its true end. */
export const property = fc.property(worlds, services, (world, service) => playOut(world, service));
