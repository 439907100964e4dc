import type { ControlOperation } from './control-operation.ts';
import type { Reply, SandboxRequest } from '../call/http.ts';
import { parseJson } from '../call/http.ts';
import { messageOf } from '../../errors.ts';

/**
 * `POST /_sandbox/<method>` with a JSON array of the arguments. Without arguments the body may be empty, and
 * GET works too.
 */
export async function controlReply(
  { path, body }: SandboxRequest,
  operations: Readonly<Record<string, ControlOperation>>,
): Promise<Reply> {
  const name = path.slice('/_sandbox/'.length);
  const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
  if (operation === undefined) {
    return {
      status: 404,
      json: { error: `no such operation: ${name}`, operations: Object.keys(operations) },
    };
  }
  try {
    const args = body === '' ? [] : parseJson(body);
    return { status: 200, json: await operation(args) };
  } catch (error) {
    return { status: 400, json: { error: messageOf(error) } };
  }
}
