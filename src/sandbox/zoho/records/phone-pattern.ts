/**
 * A run of letters and digits with single separators. The lookahead takes as much as it can and gives nothing
 * back, as the atomic groups of Zoho's expression do. JavaScript has no atomic groups.
 */
const RUN = String.raw`(?=(?<run>(?:[.-]?[ ]?[\da-zA-Z]+)+))\k<run>`;
const IN_BRACKETS = String.raw`[ ]?\((?![.-])(?=(?<inside>(?:[ .-]?[\da-zA-Z]+)+))\k<inside>\)(?!\.)(?:[ -]?[\da-zA-Z]+)?`;
const EXTENSION = String.raw`(?=(?<more>(?:,*;?[\da-zA-Z]+)+(?:#[\da-zA-Z]+)*))\k<more>`;

/** Zoho's own regular expression for phone fields (Zoho CRM API, "Insert Records"). */
export const PHONE = new RegExp(`^\\+?(?![.-])(?:${RUN}|${IN_BRACKETS})+(?:${EXTENSION})?[#;]?$`);
