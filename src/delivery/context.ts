import type { Configuration } from '../config/load.ts';

/**
 * What routing knows besides the event: which accounts are ours, and the policies that new workflows start with. It may
 * change between two events (`followConfiguration`): its members are read for each one, and never kept.
 */
export type RouteContext = Pick<Configuration, 'accounts' | 'policies'>;
