/**
 * Lines of aligned columns, two spaces apart. A line wider than `width` is cut and ends with `…`.
 * @param rows of equal length
 * @param width in characters; undefined means no limit
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

/** The width of the terminal behind stdout; undefined if stdout is no terminal or its width is unknown. */
export function terminalWidth(): number | undefined {
  return process.stdout.isTTY ? process.stdout.columns || undefined : undefined;
}
