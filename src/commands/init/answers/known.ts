import type { Settings } from '../../../config/sources.ts';
import type { VariableName } from '../../../config/variables.ts';

/**
 * A known value. `given` (a flag, a secret from stdin, the environment, `.env`) is not asked for; `saved`
 * (the profile) is offered as the default.
 */
export interface Known {
  readonly value: string;
  readonly from: 'given' | 'saved';
}

export function known(settings: Settings, name: VariableName): Known | undefined {
  const setting = settings.get(name);
  if (setting === undefined) return undefined;
  return { value: setting.value, from: setting.source === 'profile' ? 'saved' : 'given' };
}

export function given(settings: Settings, name: VariableName): string | undefined {
  const found = known(settings, name);
  return found?.from === 'given' ? found.value : undefined;
}
