import { type KubernetesObject } from '../../core/kubernetes-object';
import { type LabChart } from '../../core/lab-chart';
import { LabGraph } from '../rules/lab-graph';
import { ownPodTemplates, type PodTemplate } from '../rules/pod-template';

/** A workload of the lab's own, and the labels that select its pods. */
export interface OwnWorkload extends PodTemplate {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Everything of the lab's own that starts pods and stays: no Job. */
export function ownWorkloads(charts: readonly LabChart[]): OwnWorkload[] {
  return ownPodTemplates(new LabGraph(charts))
    .filter(({ object }) => object.manifest.kind !== 'Job')
    .map((template) => {
      const { metadata, spec } = template.object.manifest;
      const { selector } = spec as { selector: { matchLabels: Record<string, string> } };
      return {
        ...template,
        name: metadata.name!,
        namespace: namespaceOf(template.object.manifest),
        labels: selector.matchLabels,
      };
    });
}

function namespaceOf({ kind, metadata }: KubernetesObject): string {
  if (metadata.namespace !== undefined) return metadata.namespace;
  throw new Error(`${kind} "${metadata.name}" has no namespace; give its chart one`);
}
