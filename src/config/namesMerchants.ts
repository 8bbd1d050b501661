import { parseConfigurationText, readConfigurationText } from './file.ts';

/**
 * Whether the file names merchants of Buy with Prime: no secret is needed, and no other section has to be right.
 * @throws ConfigurationError where the file cannot be read.
 */
export function namesMerchants(filePath: string): boolean {
  const root = parseConfigurationText(filePath, readConfigurationText(filePath));
  const merchants: unknown = typeof root === 'object' && root !== null ? Reflect.get(root, 'merchants') : undefined;
  return typeof merchants === 'object' && merchants !== null && Object.keys(merchants).length > 0;
}
