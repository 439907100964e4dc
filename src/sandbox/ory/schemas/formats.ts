const LOCAL = /^[^\s()<>[\]:;@\\,."\p{Cc}]+(\.[^\s()<>[\]:;@\\,."\p{Cc}]+)*$/u;
const QUOTED = /^"([^"\\]|\\.)*"$/u;
const LABEL = /^(?!-)[A-Za-z0-9-]{1,63}(?<!-)$/;

/** The format `email` of Kratos (ory/jsonschema, formats.go): a mailbox, an `@` and a host name. */
export function isEmail(text: string): boolean {
  const at = text.lastIndexOf('@');
  if (at <= 0 || Buffer.byteLength(text) > 254) return false;
  const local = text.slice(0, at);
  const labels = text.slice(at + 1).split('.');
  return local.length <= 64 && (LOCAL.test(local) || QUOTED.test(local)) && labels.every(isLabel);
}

function isLabel(label: string): boolean {
  return LABEL.test(label);
}

/**
 * The format `tel`. Kratos parses numbers by the plan of their country (nyaruka/phonenumbers). Here it is
 * enough that a number has its country code and a possible length.
 */
export function isPhone(text: string): boolean {
  return /^\+[1-9]\d{6,14}$/.test(text.replaceAll(/[\s().-]/g, ''));
}
