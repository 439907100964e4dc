import type { ApiVersion } from './api-version.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Reply } from '../call/http.ts';

/** Zoho's error object. It is the same inside `data[]` and as a whole body. */
export function zohoError(code: string, message: string, details: JsonObject = {}): JsonObject {
  return { code, details, message, status: 'error' };
}

/** Refuses a whole call with a bare error object (Zoho CRM API, "Status codes"). */
export function refuse(status: number, code: string, message: string, details: JsonObject = {}): Reply {
  return { status, json: zohoError(code, message, details) };
}

export const invalidToken = (): Reply => refuse(401, 'INVALID_TOKEN', 'invalid oauth token');

/** The host belongs to another data center than the token. The pages name the code and no message. */
export function otherDataCenter(version: ApiVersion): Reply {
  return version.otherDataCenter === 'INVALID_HOST'
    ? refuse(400, 'INVALID_HOST', 'The host given seems to be invalid')
    : invalidToken();
}

export const authenticationFailure = (): Reply =>
  refuse(401, 'AUTHENTICATION_FAILURE', 'Authentication failed');

export const scopeMismatch = (): Reply => refuse(401, 'OAUTH_SCOPE_MISMATCH', 'Unauthorized');

export const invalidUrl = (): Reply =>
  refuse(404, 'INVALID_URL_PATTERN', 'Please check if the URL trying to access is a correct one');

export const invalidMethod = (): Reply =>
  refuse(400, 'INVALID_REQUEST_METHOD', 'The http request method type is not a valid one');

export const invalidModule = (): Reply =>
  refuse(400, 'INVALID_MODULE', 'the module name given seems to be invalid', { resource_path_index: 0 });

/** Both 429s have the same status and code. Only the message shows that the daily limit is meant. */
export function tooMany(kind: 'concurrency' | 'credits', version: ApiVersion): Reply {
  if (kind === 'concurrency') {
    return refuse(429, 'TOO_MANY_REQUESTS', 'Many requests fired in concurrent than the allowed limit.');
  }
  const message = 'Many requests fired than the allowed limit for the past 24 hours.';
  if (version.creditsRefusal === 'word') return refuse(429, 'TOO_MANY_REQUESTS', message);
  return { status: 429, json: { code: 429, error: 'TOO_MANY_REQUESTS', error_info: message, details: [] } };
}

/** The answer of a load balancer in front of Zoho when no server answers: HTML, not JSON. */
export function htmlError(status: number, title: string): Reply {
  return {
    status,
    contentType: 'text/html',
    body: `<html>\r\n<head><title>${status} ${title}</title></head>\r\n<body>\r\n<center><h1>${status} ${title}</h1></center>\r\n<hr><center>ZGS</center>\r\n</body>\r\n</html>\r\n`,
  };
}
