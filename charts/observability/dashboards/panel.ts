import {
  BigValueColorMode,
  BigValueGraphMode,
  LegendDisplayMode,
  LegendPlacement,
  VizLegendOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { ThresholdsConfigBuilder, ThresholdsMode } from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TimeseriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';

/** The one data source of every panel; provisioned under this identity. */
export const DATASOURCE = { type: 'prometheus', uid: 'prometheus' } as const;

/** Unit of CPU: Grafana has none of its own. */
export const CPU_CORES = 'suffix: cores';

/** One expression of a panel. */
export interface PanelQuery {
  /** Written out in full: a variable of Grafana's could not be tried against Prometheus. */
  readonly expr: string;
  /** Name of its series, with labels as `{{pod}}`. */
  readonly legend: string;
}

/** What a panel shows. */
export interface PanelOptions {
  readonly title: string;
  /** What one learns from it, in a sentence. */
  readonly description: string;
  /** In Grafana's names. */
  readonly unit: string;
  readonly queries: readonly PanelQuery[];
  /** Columns of the 24 that the screen has. */
  readonly width: number;
  /** In Grafana's rows of 38 pixels. */
  readonly height: number;
}

/** A panel with one large number, to be read from afar. */
export interface FigureOptions extends PanelOptions {
  /** The number turns red from this value on. */
  readonly alarmFrom?: number;
}

/** Lines over time, from zero. */
export function trend(options: PanelOptions): TimeseriesBuilder {
  return new TimeseriesBuilder()
    .title(options.title)
    .description(options.description)
    .datasource(DATASOURCE)
    .targets(targets(options))
    .unit(options.unit)
    .min(0)
    .lineWidth(3)
    .fillOpacity(10)
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .showLegend(true),
    )
    .span(options.width)
    .height(options.height);
}

/** The newest value of each expression, as large as the panel allows. */
export function figure(options: FigureOptions): StatBuilder {
  const red = options.alarmFrom === undefined ? [] : [{ value: options.alarmFrom, color: 'red' }];
  return new StatBuilder()
    .title(options.title)
    .description(options.description)
    .datasource(DATASOURCE)
    .targets(targets(options))
    .unit(options.unit)
    .noValue('none')
    .colorMode(BigValueColorMode.Value)
    .graphMode(BigValueGraphMode.None)
    .thresholds(
      new ThresholdsConfigBuilder()
        .mode(ThresholdsMode.Absolute)
        .steps([{ value: null, color: 'green' }, ...red]),
    )
    .span(options.width)
    .height(options.height);
}

function targets({ queries }: PanelOptions): DataqueryBuilder[] {
  return queries.map(({ expr, legend }, index) =>
    new DataqueryBuilder()
      .refId(String.fromCharCode('A'.charCodeAt(0) + index))
      .datasource(DATASOURCE)
      .expr(expr)
      .legendFormat(legend)
      .range(),
  );
}
