import { deliveryConfig } from '../../../config/serve-config.ts';
import type { DeliveryConfig } from '../../../config/serve-config.ts';
import { readSettings } from '../../../config/sources.ts';
import { ZOHO_CONNECTION_NAMES } from '../../../config/variables.ts';
import { compileMapping } from '../../../mapping/compile.ts';
import type { CompiledMapping } from '../../../mapping/compile.ts';
import { loadMapping } from '../../../mapping/file/mapping-file.ts';
import type { Mapping } from '../../../mapping/file/mapping-schema.ts';
import { configWithMadeUpValues } from '../required-values.ts';
import { hostsOf } from '../zoho-connection.ts';

export interface MappingSettings {
  readonly config: DeliveryConfig;
  /** Whether a connection to Zoho is configured. If not, `config.zoho` holds made-up values. */
  readonly connected: boolean;
  readonly mapping: Mapping;
  readonly compiled: CompiledMapping;
  /** The mapping's file, or `built in`. */
  readonly origin: string;
}

/**
 * The configuration and the mapping, for commands that are also useful before Zoho is connected.
 * @param file a mapping to use instead of the configured one
 * @throws ConfigurationError for a wrong mapping, an incomplete connection or a host that is not Zoho's
 */
export async function readMappingSettings(file: string | undefined): Promise<MappingSettings> {
  const settings = await readSettings({ ORY_ZOHO_MAPPING: file });
  const connected = ZOHO_CONNECTION_NAMES.some((name) => settings.has(name));
  const config = connected ? deliveryConfig(settings) : configWithMadeUpValues(settings);
  if (connected) hostsOf(config.zoho);
  const mapping = await loadMapping(config.mappingFile);
  const { oryIdField } = config;
  const compiled = compileMapping(mapping, oryIdField === null ? {} : { oryIdField });
  return { config, connected, mapping, compiled, origin: config.mappingFile ?? 'built in' };
}
