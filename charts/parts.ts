import { type LabPart } from './core/lab-part';
import { Namespaces } from './core/namespaces';
import { type Service, serviceParts } from './core/service';
import { MONITORING_PARTS } from './observability/monitoring-parts';
import { OPERATOR_PARTS } from './operators/operator-parts';
import { PLATFORM_PARTS } from './platform/platform-parts';
import { SERVICES } from './services';

const NAMESPACES_PART: LabPart = {
  id: 'Namespaces',
  group: 'platform',
  chart: (scope) => new Namespaces(scope, 'Namespaces'),
};

/** Every part of the lab that has a chart, each after those that it depends on. */
export const PARTS: readonly LabPart[] = inOrder([
  NAMESPACES_PART,
  ...OPERATOR_PARTS,
  ...PLATFORM_PARTS,
  ...(SERVICES as readonly Service[]).flatMap(serviceParts),
  ...MONITORING_PARTS,
]);

/**
 * Sorts parts so that each comes after those that it depends on; otherwise their order stays.
 *
 * @throws where a part depends on one that is not in the list, or on itself by way of others
 */
export function inOrder(parts: readonly LabPart[]): LabPart[] {
  const byId = new Map(parts.map((part) => [part.id, part]));
  const ordered = new Set<LabPart>();
  const visit = (id: string, path: readonly string[]): void => {
    const part = byId.get(id);
    if (part === undefined) {
      throw new Error(`"${path.at(-1)}" depends on "${id}", which is not a part of the lab`);
    }
    if (ordered.has(part)) return;
    if (path.includes(id)) throw new Error(`parts form a cycle: ${[...path, id].join(' > ')}`);
    for (const dependency of part.dependsOn ?? []) visit(dependency, [...path, id]);
    ordered.add(part);
  };
  for (const { id } of parts) visit(id, []);
  return [...ordered];
}
