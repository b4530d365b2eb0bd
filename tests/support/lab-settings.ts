import { CHART_SETTINGS, type ChartSettings } from '../../charts/chart-settings';
import { type SettingGroup } from '../../charts/core/setting-group';

/** What the local cluster's lab is told beside images, manifests and published ports: the defaults. */
export const LAB_SETTINGS = { kubeletInsecureTls: true, ...defaults() };

function defaults(): ChartSettings {
  const values = Object.entries<SettingGroup[string]>(CHART_SETTINGS).map(([key, setting]) => {
    const parsed = setting.parse(String(setting.default));
    if (!parsed.ok) throw new Error(`the default of ${key} does not pass its own check`);
    return [key, parsed.value] as const;
  });
  const given = values.filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as unknown as ChartSettings;
}
