const GRAPHEMES = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/**
 * Characters that take two columns of a terminal: East Asian Width W and F. Where no Unicode property covers
 * them, their blocks are listed: CJK with its punctuation, kana, Hangul, full-width forms, emoji.
 */
const WIDE =
  /^(?:[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\p{Emoji_Presentation}\u3000-\u303e\u30fb\u30fc\uff01-\uff60\uffe0-\uffe6]|.\ufe0f)/u;
const HALF_WIDTH = /^[\uff61-\uffdc\uffe8-\uffee]/;

/** The characters of a text as a reader counts them. */
export function graphemes(text: string): string[] {
  return [...GRAPHEMES.segment(text)].map(({ segment }) => segment);
}

/** How many columns of a terminal a text takes. */
export function displayWidth(text: string): number {
  // Most texts are ASCII.
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  return graphemes(text).reduce((sum, sign) => sum + widthOf(sign), 0);
}

/** Pads a text with spaces to this many columns. */
export function padToWidth(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}

/** Cuts a text to this many columns and marks the cut with `…`. */
export function clip(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let clipped = '';
  for (const sign of graphemes(text)) {
    if (displayWidth(clipped) + widthOf(sign) >= width) break;
    clipped += sign;
  }
  return `${clipped}…`;
}

/** Breaks a text into lines of at most this many columns, between words where possible. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  let used = 0;
  for (const sign of graphemes(text)) {
    const needed = widthOf(sign);
    if (used + needed > width && line !== '') {
      const space = sign === ' ' ? -1 : line.lastIndexOf(' ');
      lines.push(space > 0 ? line.slice(0, space) : line);
      line = space > 0 ? line.slice(space + 1) : '';
      used = displayWidth(line);
      if (line === '' && sign === ' ') continue;
    }
    line += sign;
    used += needed;
  }
  return line === '' && lines.length > 0 ? lines : [...lines, line];
}

function widthOf(sign: string): number {
  return WIDE.test(sign) && !HALF_WIDTH.test(sign) ? 2 : 1;
}
