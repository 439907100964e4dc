import type { IncomingMessage, ServerResponse } from 'node:http';
import { messageOf } from '../errors.ts';
import { readRequest, sendReply } from './call/http.ts';
import { carryOut } from './carry-out.ts';
import type { ControlOperation } from './control/control-operation.ts';
import { controlReply } from './control/control-routes.ts';
import type { SandboxWorld } from './world.ts';

/** Answers every request to the sandbox's port: control operations, and calls to the Zoho and Ory halves. */
export async function answer(
  incoming: IncomingMessage,
  response: ServerResponse,
  world: SandboxWorld,
  operations: Readonly<Record<string, ControlOperation>>,
): Promise<void> {
  try {
    const request = await readRequest(incoming);
    if (request.path.startsWith('/_sandbox/')) {
      sendReply(response, await controlReply(request, operations));
      return;
    }
    const { outcome, stallMs } = await carryOut(request, incoming.url ?? request.path, world);
    if (outcome === 'cut') incoming.socket.destroy();
    else
      sendReply(
        response,
        outcome,
        stallMs === undefined ? undefined : { ms: stallMs, outside: world.outside },
      );
  } catch (error) {
    // The client disconnected while sending, sent an invalid request, or hit a bug in the sandbox.
    if (!response.headersSent)
      sendReply(response, { status: 500, json: { sandbox_error: messageOf(error) } });
  }
}
