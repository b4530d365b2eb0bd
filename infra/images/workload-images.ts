import * as pulumi from '@pulumi/pulumi';
import { rootAlias } from '../root-alias';
import { WorkloadImage, type WorkloadImageArgs } from './workload-image';
import type { WorkloadName } from './workloads';

/** The images of this project that the program builds. */
export class WorkloadImages extends pulumi.ComponentResource {
  readonly images: ReadonlyMap<WorkloadName, WorkloadImage>;

  constructor(
    name: string,
    builds: ReadonlyMap<WorkloadName, WorkloadImageArgs>,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super('autoscaling-lab:infra:WorkloadImages', name, {}, opts);
    this.images = new Map(
      [...builds].map(([workload, args]) => {
        const aliases = [rootAlias(workload)];
        return [
          workload,
          new WorkloadImage(`${name}-${workload}`, args, { parent: this, aliases }),
        ];
      }),
    );
    const references = [...this.images].map(([workload, { reference }]) => [workload, reference]);
    this.registerOutputs({ references: Object.fromEntries(references) as Record<string, string> });
  }
}
