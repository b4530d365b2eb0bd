import { type LabGraph } from './lab-graph';
import { type RuleViolation } from './rule';

/** No two objects have one kind, name and namespace: the second would be refused, or take the first over. */
export function oneObjectPerName(graph: LabGraph): RuleViolation[] {
  const seen = new Map<string, string>();
  return graph.objects.flatMap(({ path, manifest }) => {
    const { name, namespace } = manifest.metadata;
    // a group's versions share their objects
    const group = manifest.apiVersion.split('/').slice(0, -1).join('');
    const key = [group, manifest.kind, namespace, name].join('|');
    const first = seen.get(key);
    if (first === undefined) {
      seen.set(key, path);
      return [];
    }
    return {
      path,
      message: `${manifest.kind} "${name}" is made by ${first} as well; keep one of them, or rename it`,
    };
  });
}
