import type { Settings } from '../../../config/sources.ts';
import type { VariableName } from '../../../config/variables.ts';

/** A value that need not be asked (`given`: a flag, a secret from stdin, the environment, `.env`), or is offered (`saved`: the profile). */
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
