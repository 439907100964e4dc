import { NEWEST_VERSION } from './zoho/api-version.ts';
import type { Fault, FaultEffect } from './call/faults.ts';
import { isJsonObject } from '../model/json.ts';
import type { Reply } from './call/http.ts';
import type { Operation } from './call/operation.ts';
import type { SandboxWorld } from './world.ts';
import {
  authenticationFailure,
  htmlError,
  invalidToken,
  refuse,
  scopeMismatch,
  tooMany,
} from './zoho/zoho-errors.ts';

/** A reply, or `cut` if the connection is closed without one. */
export type Outcome = Reply | 'cut';

/**
 * Runs one call with the fault that applies to it: first the refusals, then the commit, then changes to the
 * answer.
 */
export async function exchange(
  operation: Operation,
  fault: Fault | undefined,
  world: SandboxWorld,
): Promise<Outcome> {
  if (operation.crm && world.down !== undefined) {
    return world.down === 'reset' ? 'cut' : htmlError(503, 'Service Unavailable');
  }
  const effect = fault?.effect ?? {};
  const instead = insteadOfCall(effect, operation);
  if (instead !== undefined) return instead;
  const admission = operation.admit();
  if ('refused' in admission) return admission.refused;
  try {
    return await admitted(operation, fault, effect, world);
  } finally {
    admission.leave();
  }
}

async function admitted(
  operation: Operation,
  fault: Fault | undefined,
  effect: FaultEffect,
  world: SandboxWorld,
): Promise<Outcome> {
  const wait = (operation.crm ? world.settings.latencyMs : 0) + (effect.latencyMs ?? 0);
  if (wait > 0) await world.outside.sleep(wait);
  const hold = async (when: FaultEffect['hold']): Promise<boolean> =>
    fault !== undefined && effect.hold === when && (await world.faults.hold(fault.id)) === 'closing';
  if (await hold('before_commit')) return 'cut';
  const reply = operation.run(effect.refuseField);
  if ((await hold('after_commit')) || effect.cut === 'after_commit') return 'cut';
  return changed(reply, effect);
}

/** The answer that replaces the call. Nothing is committed. */
function insteadOfCall(effect: FaultEffect, operation: Operation): Outcome | undefined {
  if (effect.cut === 'before_commit') return 'cut';
  if (effect.tooMany !== undefined) {
    return operation.tooMany?.(effect.tooMany) ?? tooMany(effect.tooMany, NEWEST_VERSION);
  }
  if (effect.html502 === true) return htmlError(502, 'Bad Gateway');
  if (effect.unauthorized === 'INVALID_TOKEN') return invalidToken();
  if (effect.unauthorized === 'AUTHENTICATION_FAILURE') return authenticationFailure();
  if (effect.unauthorized === 'OAUTH_SCOPE_MISMATCH') return scopeMismatch();
  if (effect.status === undefined) return undefined;
  const { status, body, contentType = 'application/json;charset=UTF-8', headers = {} } = effect;
  return { status, contentType, headers, body: body ?? '' };
}

/** The answer after the fault has changed it. The call is already committed. */
function changed(reply: Reply, effect: FaultEffect): Reply {
  if (effect.statusAfterCommit !== undefined) {
    return refuse(effect.statusAfterCommit, 'INTERNAL_ERROR', 'Internal Server Error');
  }
  if (effect.garbage2xx === true) return { status: 200, body: '{"data":[{"code":"SUCC' };
  const shorter = effect.shortData === undefined ? reply : shortened(reply, effect.shortData);
  return effect.status202 === true ? { ...shorter, status: 202 } : shorter;
}

function shortened(reply: Reply, by: number): Reply {
  const json = isJsonObject(reply.json) ? reply.json : {};
  const data = json['data'];
  return Array.isArray(data) ? { ...reply, json: { ...json, data: data.slice(0, -by) } } : reply;
}
