import { z } from 'zod';
import type { JsonObject } from '../../model/json.ts';
import { identityChangeSchema, newIdentitySchema } from './control.ts';
import type { ControlOperation } from './control-operation.ts';
import { operation } from './control-operation.ts';
import type { Refusal } from '../ory/ory-identities.ts';
import type { OryIdentity } from '../ory/ory-identity.ts';
import { identityJson } from '../ory/ory-identity.ts';
import type { SandboxWorld } from '../world.ts';

/** The actions of users and admins in Ory. */
export function identityOperations({ identities }: SandboxWorld): Record<string, ControlOperation> {
  const id = z.string();
  const identityOf = (identityId: string): OryIdentity => {
    const identity = identities.get(identityId);
    if (identity === undefined) throw new Error(`no identity ${identityId}`);
    return identity;
  };
  return {
    createIdentity: operation(z.tuple([newIdentitySchema]), ({ verified, ...input }) => {
      const identity = identities.create(input, 'user');
      return shown(verified && !('refused' in identity) ? identities.verify(identity) : identity);
    }),
    updateIdentity: operation(z.tuple([id, identityChangeSchema]), (identityId, change) => {
      const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
      return shown(identities.update(identityOf(identityId), given, 'user'));
    }),
    verifyIdentity: operation(z.tuple([id, z.string().optional()]), (identityId, address) =>
      shown(identities.verify(identityOf(identityId), address)),
    ),
    deleteIdentity: operation(z.tuple([id]), (identityId) => {
      const identity = identities.get(identityId);
      if (identity !== undefined) identities.delete(identity);
      return identity !== undefined;
    }),
    identity: operation(z.tuple([id]), (identityId) => {
      const identity = identities.get(identityId);
      return identity === undefined ? null : identityJson(identity, 'webhook');
    }),
    seedIdentities: operation(z.tuple([z.int().nonnegative()]), (count) => {
      identities.reset(count);
      return null;
    }),
  };
}

function shown(identity: OryIdentity | Refusal): JsonObject {
  if ('refused' in identity) {
    const reason = 'reason' in identity ? identity.reason : 'it belongs to another identity';
    throw new Error(`Ory refuses the identity (${identity.refused}): ${reason}`);
  }
  return identityJson(identity, 'webhook');
}
