export { stopSharedServer as default } from './temporalSetup.ts';
