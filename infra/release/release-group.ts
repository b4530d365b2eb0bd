import * as pulumi from '@pulumi/pulumi';

/** A part of the lab: the parent of its releases. */
export class ReleaseGroup extends pulumi.ComponentResource {
  constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
    super('autoscaling-lab:infra:ReleaseGroup', name, {}, opts);
    this.registerOutputs({});
  }
}
