import { z } from 'zod';
import { request } from 'undici';
import type { Control } from './control.ts';
import {
  contactViewSchema,
  countersSchema,
  faultViewSchema,
  loggedRequestSchema,
  identityJsonSchema,
  violationSchema,
} from './control.ts';
import { settingsSchema } from '../settings.ts';

/** Runs a control operation by name. Resolves with its raw result. */
export type ControlTransport = (name: string, args: readonly unknown[]) => Promise<unknown>;

/** The control operations over a transport. Their results are parsed. */
export function controlOver(send: ControlTransport): Control {
  const call = async <T>(name: string, schema: z.ZodType<T>, ...args: readonly unknown[]): Promise<T> =>
    schema.parse(await send(name, args));
  const [text, yes, nothing] = [z.string(), z.boolean(), z.null()];
  return {
    contacts: (module) => call('contacts', z.array(contactViewSchema), module),
    contact: (id, module) => call('contact', contactViewSchema.nullable(), id, module),
    putContact: (id, fields, module) => call('putContact', contactViewSchema, id, fields, module),
    seedContacts: (contacts, module) => call('seedContacts', z.array(text), contacts, module),
    deleteContact: (id, module) => call('deleteContact', yes, id, module),
    mergeContacts: (id, others, module) => call('mergeContacts', contactViewSchema, id, others, module),
    setRecordState: (id, state, module) => call('setRecordState', contactViewSchema, id, state, module),
    restoreContact: (id, module) => call('restoreContact', contactViewSchema, id, module),
    convertLead: (idOrEmail) => call('convertLead', contactViewSchema, idOrEmail),
    changeField: (module, apiName, change) => call('changeField', nothing, module, apiName, change),
    removeField: (module, apiName) => call('removeField', yes, module, apiName),
    requests: (operation) => call('requests', z.array(loggedRequestSchema), operation),
    counters: () => call('counters', countersSchema),
    violations: () => call('violations', z.array(violationSchema)),
    reset: () => call('reset', nothing),
    configure: (change) => call('configure', settingsSchema, change),
    setDown: (down) => call('setDown', nothing, down),
    advanceClock: (ms) => call('advanceClock', z.number(), ms),
    revokeAccessTokens: () => call('revokeAccessTokens', nothing),
    revokeRefreshToken: (token) => call('revokeRefreshToken', yes, token),
    issueRefreshToken: (scopes) => call('issueRefreshToken', text, scopes),
    issueCode: (scopes) => call('issueCode', text, scopes),
    createIdentity: (identity) => call('createIdentity', identityJsonSchema, identity),
    updateIdentity: (id, change) => call('updateIdentity', identityJsonSchema, id, change),
    verifyIdentity: (id, address) => call('verifyIdentity', identityJsonSchema, id, address),
    deleteIdentity: (id) => call('deleteIdentity', yes, id),
    identity: (id) => call('identity', identityJsonSchema.nullable(), id),
    seedIdentities: (count) => call('seedIdentities', nothing, count),
    addFault: (fault) => call('addFault', text, fault),
    removeFault: (id) => call('removeFault', yes, id),
    faults: () => call('faults', z.array(faultViewSchema)),
    release: (id) => call('release', z.number(), id),
    cut: (id) => call('cut', z.number(), id),
    waitForHeld: (id) => call('waitForHeld', nothing, id),
  };
}

/** Controls a sandbox in another process over HTTP. `url` is the sandbox's address. */
export function connectControl(url: string): Control {
  return controlOver(async (name, args) => {
    const answer = await request(`${url}/_sandbox/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(withoutTrailingGaps(args)),
      // `waitForHeld` may take any length of time.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    const result: unknown = await answer.body.json();
    if (answer.statusCode === 200) return result;
    throw new Error(`sandbox control ${name}: ${JSON.stringify(result)}`);
  });
}

/** In JSON, an omitted argument would become null. */
function withoutTrailingGaps(args: readonly unknown[]): readonly unknown[] {
  return args.slice(0, args.findLastIndex((arg) => arg !== undefined) + 1);
}
