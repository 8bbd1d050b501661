import type { Configuration } from '../config/load.ts';

/** What routing knows besides the event: which accounts are ours, and the policies that new workflows start with. */
export type RouteContext = Pick<Configuration, 'accounts' | 'policies'>;
