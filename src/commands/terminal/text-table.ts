/**
 * Lines of aligned columns, two spaces apart. A line that is wider than `width` is cut, and shows it.
 * @param rows of equal length
 * @param width in characters; undefined: nothing is cut
 */
export function textTable(rows: readonly (readonly string[])[], width: number | undefined): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => {
    const line = row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
    return width === undefined || line.length <= width ? line : `${line.slice(0, Math.max(0, width - 1))}…`;
  });
}

/** The width of the terminal that results go to; undefined where they go elsewhere, or it does not tell. */
export function terminalWidth(): number | undefined {
  return process.stdout.isTTY ? process.stdout.columns || undefined : undefined;
}
