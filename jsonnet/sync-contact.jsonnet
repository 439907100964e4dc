// SPDX-License-Identifier: Apache-2.0
// The body of the Ory Actions that call ory-zoho: the identity, when it signed in, and nothing else of the flow.
// Each key is taken only where it is there: Ory evaluates this after the identity is saved, and a missing key would
// be a runtime error that loses the event. `error "cancel"` is Ory's word for "send nothing".
local keys = [
  'id',
  'schema_id',
  'state',
  'traits',
  'verifiable_addresses',
  'recovery_addresses',
  'metadata_public',
  'external_id',
  'organization_id',
  'created_at',
  'updated_at',
];

// Settings flows have a session too, which may be older than the latest login; they alone have an identity of their own.
local signedIn(ctx) =
  local flow = std.get(ctx, 'flow', {});
  local session = std.get(ctx, 'session', {});
  local at = if std.isObject(session) then std.get(session, 'authenticated_at', null) else null;
  if at == null || (std.isObject(flow) && std.objectHas(flow, 'identity')) then {} else { signed_in_at: at };

function(ctx)
  if !std.objectHas(ctx, 'identity') || ctx.identity == null then
    error 'cancel'
  else
    { identity: { [key]: ctx.identity[key] for key in keys if std.objectHas(ctx.identity, key) } } + signedIn(ctx)
