import * as pulumi from '@pulumi/pulumi';
import type { LabChart } from '../../../charts/core/lab-chart';
import { clusterProvider } from '../../../infra/cluster/cluster-provider';
import { AutoscalingLab } from '../../../infra/release/autoscaling-lab';
import { tokenSecret } from '../../../infra/secrets/token-secret';
import { TOKEN_SECRET, VPA_SECRET } from './lab';
import { type Registration, recordResources } from './recorded-resources';

/** What Pulumi is told when the lab's charts are released. */
export class ReleasedLab {
  private constructor(readonly registrations: readonly Registration[]) {}

  static async of(charts: readonly LabChart[]): Promise<ReleasedLab> {
    const registrations = recordResources();
    const { releases } = new AutoscalingLab(
      'lab',
      {
        charts,
        workloadImages: [],
        secretRotation: 1,
        natsTls: true,
        tokenSecret: tokenSecret(TOKEN_SECRET, pulumi.secret('hf_token')),
        vpaCertificateSecret: VPA_SECRET,
        readySeconds: 90,
      },
      { provider: clusterProvider('lab') },
    );
    // awaits every child: a component's own URN says nothing about its children
    for (const { resources } of releases.values()) {
      for (const resource of resources.values()) {
        await new Promise((resolve) => resource.urn.apply(resolve));
      }
    }
    return new ReleasedLab(registrations);
  }

  /** The one object of a kind and name. */
  find(kind: string, name: string): Registration {
    const found = this.registrations.filter(
      ({ inputs }) =>
        inputs.kind === kind && (inputs.metadata as { name?: string } | undefined)?.name === name,
    );
    expect(found).toHaveLength(1);
    return found[0];
  }

  /** The names of everything that a resource waits for, directly or through others. */
  before(registration: Registration): Set<string> {
    const seen = new Set<string>();
    const visit = ({ dependencies }: Registration): void => {
      for (const name of dependencies) {
        if (seen.has(name)) continue;
        seen.add(name);
        const next = this.registrations.find((candidate) => candidate.name === name);
        if (next) visit(next);
      }
    };
    visit(registration);
    return seen;
  }
}
