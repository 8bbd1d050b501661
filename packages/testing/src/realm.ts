import { types } from 'node:util';

/**
 * Lets `instanceof Error` hold for Node's own errors too. Jest runs tests in a realm of its own, whose Error is not
 * Node's; the AWS SDK asks by `instanceof` and would wrap a network error as a text without its code.
 */
export function joinErrorRealms(): void {
  Object.defineProperty(Error, Symbol.hasInstance, {
    configurable: true,
    value(this: unknown, value: unknown): boolean {
      const inherits = Function.prototype[Symbol.hasInstance].call(this, value);
      return inherits || (this === Error && types.isNativeError(value));
    },
  });
}
