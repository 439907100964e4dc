/**
 * Whether a version is in a range in the form of `engines` in package.json (npm, "package.json").
 * @param range versions after `>=` or `^`, with `||` between them; no other form
 */
export function isInRange(version: string, range: string): boolean {
  return range.split('||').some((part) => {
    const [, sign, least] = /^(>=|\^)(\d+\.\d+\.\d+)$/.exec(part.trim()) ?? [];
    if (least === undefined) throw new RangeError(`"${range}" has another form.`);
    const newEnough = version.localeCompare(least, 'en', { numeric: true }) >= 0;
    return newEnough && (sign === '>=' || version.split('.')[0] === least.split('.')[0]);
  });
}
