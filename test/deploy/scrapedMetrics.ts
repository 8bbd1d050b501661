/** A metric as a scrape shows it. */
export interface ScrapedMetric {
  readonly type: string;
  readonly labels: readonly string[];
}

/** The metrics of a scrape with the labels of all their series, in alphabetical order; `le` of a histogram is left out. */
export function scrapedMetrics(text: string): Readonly<Record<string, ScrapedMetric>> {
  const types = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => ({ name, type }));
  const series = [...text.matchAll(/^(\w+)(?:\{(.*)\})? \S+$/gm)].map(([, name = '', labels = '']) => ({
    name: name.replace(/_(bucket|sum|count)$/, ''),
    whole: name,
    labels: [...labels.matchAll(/(\w+)="/g)].map(([, label = '']) => label),
  }));
  return Object.fromEntries(
    types
      .map(({ name, type }): [string, ScrapedMetric] => {
        const own = series.filter((one) => one.whole === name || (type === 'histogram' && one.name === name));
        const labels = new Set(own.flatMap((one) => one.labels).filter((label) => label !== 'le'));
        return [name, { type, labels: [...labels].toSorted() }];
      })
      .toSorted(([one], [other]) => one.localeCompare(other)),
  );
}
