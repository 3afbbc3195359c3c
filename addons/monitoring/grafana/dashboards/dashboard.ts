/** A graph: each query draws a line for every series, named by its labels. */
export interface Panel {
  readonly title: string;
  /** Grafana's name of the unit: https://github.com/grafana/grafana/blob/main/packages/grafana-data/src/valueFormats/categories.ts */
  readonly unit: Unit;
  readonly queries: readonly Query[];
}

export interface Query {
  /** In Prometheus' language; `$interval` is a window that fits the graph. */
  readonly expr: string;
  /** Such as `{{instance}}`. */
  readonly legend: string;
}

type Unit = "short" | "percentunit" | "bytes" | "Bps" | "s" | "reqps" | "ops";

export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly Panel[];
}

/** Name and identifier of the only data source. */
export const dataSource = { type: "prometheus", uid: "prometheus" } as const;

const columns = 2;
const width = 24 / columns;
const height = 8;

/** A panel of one query. */
export function panel(title: string, unit: Unit, expr: string, legend: string): Panel {
  return { title, unit, queries: [{ expr, legend }] };
}

/** The 99th percentile of a histogram. */
export function p99(metric: string, by: string, selector: string): string {
  return `histogram_quantile(0.99, sum by (${by}, le) (rate(${metric}_bucket{${selector}}[$interval])))`;
}

/** What Grafana reads: https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/ */
export function dashboardJson({ uid, title, panels }: Dashboard): string {
  const model = {
    uid,
    title,
    tags: ["plinth"],
    schemaVersion: 39,
    editable: false,
    graphTooltip: 1,
    refresh: "30s",
    time: { from: "now-1h", to: "now" },
    templating: { list: [] },
    annotations: { list: [] },
    panels: panels.map(panelModel),
  };
  return `${JSON.stringify(model, null, 2)}\n`;
}

function panelModel({ title, unit, queries }: Panel, index: number): object {
  return {
    id: index + 1,
    type: "timeseries",
    title,
    datasource: dataSource,
    gridPos: {
      x: (index % columns) * width,
      y: Math.floor(index / columns) * height,
      w: width,
      h: height,
    },
    fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
    options: {
      legend: { displayMode: "list", placement: "bottom", showLegend: true },
      tooltip: { mode: "multi", sort: "desc" },
    },
    targets: queries.map(({ expr, legend }, query) => ({
      refId: String.fromCharCode("A".charCodeAt(0) + query),
      datasource: dataSource,
      expr: expr.replaceAll("$interval", "$__rate_interval"),
      legendFormat: legend,
      editorMode: "code",
      range: true,
    })),
  };
}
