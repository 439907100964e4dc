import { expect, test } from 'vitest';
import { selectorsOf, selects, seriesOf } from './promql.ts';

test.each<[string, string[]]>([
  ['up{job="x"} == 0', ['up{job="x"}']],
  ['sum(increase(a_total{s="503"}[10m])) > 0', ['a_total{s="503"}']],
  ['min(a) == 1', ['a']],
  ['sum by (le, x) (rate(a_bucket{e=~"b|c"}[5m]))', ['a_bucket{e=~"b|c"}']],
  ['histogram_quantile(0.95, sum by (le) (rate(a[$__rate_interval])))', ['a']],
  ['sum(rate(a{o!="x"}[1m])) / sum(rate(b[1m])) > 0.1', ['a{o!="x"}', 'b']],
  ['time() - max(a{s="r", t="u"}) > 3 * 86400', ['a{s="r",t="u"}']],
  ['a and b unless c', ['a', 'b', 'c']],
])('%s has the selectors %j', (query, expected) => {
  const found = selectorsOf(query).map(({ name, matchers }) => {
    const braces = matchers.map(({ label, operator, value }) => `${label}${operator}"${value}"`).join();
    return braces === '' ? name : `${name}{${braces}}`;
  });
  expect(found).toEqual(expected);
});

test.each<[string, string, boolean]>([
  ['a', 'a 1', true],
  ['a', 'ab 1', false],
  ['a{x="1"}', 'a{x="1",y="2"} 0', true],
  ['a{x="1"}', 'a{x="2"} 0', false],
  ['a{x="1"}', 'a 5', false],
  ['a{x=~"1|2"}', 'a{x="2"} 0', true],
  ['a{x=~"1|2"}', 'a{x="12"} 0', false],
  ['a{x!="1"}', 'a{x="2"} 0', true],
  ['sum by (y) (a)', 'a{x="2"} 0', false],
  ['sum by (y) (a)', 'a{y="2"} 0', true],
])('%s is answered by %s: %s', (query, line, expected) => {
  const [selector] = selectorsOf(query);
  const [series] = seriesOf(`# HELP a b\n# TYPE a gauge\n${line}\n`);
  expect(selector !== undefined && series !== undefined && selects(selector, series)).toBe(expected);
});
