import { AsyncLocalStorage } from 'node:async_hooks';
import { ROOT_CONTEXT, type Context, type ContextManager } from '@opentelemetry/api';

/** What is traced now: it follows promises and callbacks. */
export const storage = new AsyncLocalStorage<Context>();

/** OpenTelemetry's context by Node's own storage. */
export const contextManager: ContextManager = {
  active: () => storage.getStore() ?? ROOT_CONTEXT,
  with: (context, act, self, ...given) => storage.run(context, () => Reflect.apply(act, self, given)),
  bind<Target>(context: Context, target: Target): Target {
    if (typeof target !== 'function') return target;
    const bound = (...given: unknown[]): unknown => storage.run(context, () => Reflect.apply(target, undefined, given));
    return bound as Target;
  },
  enable: () => contextManager,
  disable: () => contextManager,
};
