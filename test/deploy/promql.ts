/** One selector of a query: a metric's name and the conditions on its labels. */
export interface Selector {
  readonly name: string;
  readonly matchers: readonly Matcher[];
  /** Labels that the query groups by. */
  readonly by: readonly string[];
}

interface Matcher {
  readonly label: string;
  readonly operator: '=' | '!=' | '=~' | '!~';
  readonly value: string;
}

/** One line of Prometheus text. */
export interface Series {
  readonly name: string;
  readonly labels: { readonly [label: string]: string };
}

const WORDS = ['and', 'or', 'unless', 'bool', 'offset', 'by', 'without'];

/** The selectors of a query, in order. The parser understands only names, labels and groups. */
export function selectorsOf(query: string): Selector[] {
  const by: string[] = [];
  const bare = query.replaceAll(/\[[^\]]*\]/g, '').replaceAll(/\bby\s*\(([^)]*)\)/g, (_, list: string) => {
    by.push(...list.split(',').map((label) => label.trim()));
    return '';
  });
  const names = /(?<![\w:.$"])([A-Za-z_:][\w:]*)(?![\w:])(?!\s*\()\s*(?:\{([^}]*)\})?/g;
  return [...bare.matchAll(names)]
    .filter(([, name = '']) => !WORDS.includes(name))
    .map(([, name = '', braces = '']) => ({ name, matchers: matchersOf(braces), by }));
}

function matchersOf(braces: string): Matcher[] {
  return [...braces.matchAll(/(\w+)\s*(=~|!~|!=|=)\s*"([^"]*)"/g)].flatMap(([, label, operator, value]) =>
    label !== undefined && isOperator(operator) && value !== undefined ? [{ label, operator, value }] : [],
  );
}

function isOperator(text: string | undefined): text is Matcher['operator'] {
  return text === '=' || text === '!=' || text === '=~' || text === '!~';
}

/** The series of a scrape. */
export function seriesOf(scrape: string): Series[] {
  return [...scrape.matchAll(/^([A-Za-z_:][\w:]*)(?:\{([^}]*)\})? \S+$/gm)].map(
    ([, name = '', labels = '']) => ({
      name,
      labels: Object.fromEntries(matchersOf(labels).map(({ label, value }) => [label, value])),
    }),
  );
}

/** Whether Prometheus would select this series, and find the labels that the query groups by. */
export function selects({ name, matchers, by }: Selector, series: Series): boolean {
  if (name !== series.name || by.some((label) => series.labels[label] === undefined)) return false;
  return matchers.every(({ label, operator, value }) => {
    const has = series.labels[label] ?? '';
    const same = operator.endsWith('~') ? new RegExp(`^(?:${value})$`).test(has) : has === value;
    return operator.startsWith('!') ? !same : same;
  });
}
