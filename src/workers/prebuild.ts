/** `node src/workers/prebuild.ts`, or the same file in `dist`: a step in building an image or a package. */
import { prebuildWorkflows } from './bundle.ts';

await prebuildWorkflows();
