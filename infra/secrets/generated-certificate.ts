import * as kubernetes from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';
import { partLabels } from '../../charts/core/labels';
import { selfSignedServer, type ServerCertificate } from './server-certificate';

/** Which Secret holds a generated certificate, and for whom it is. */
export interface GeneratedCertificateArgs {
  /** Name and namespace of the Secret. */
  readonly name: string;
  readonly namespace: string;
  /** Names under which clients reach the server. */
  readonly dnsNames: readonly string[];
  /** The Secret's keys. */
  readonly keys: {
    readonly authority: string;
    readonly certificate: string;
    readonly privateKey: string;
  };
}

/**
 * A serving certificate and its authority, made once and kept, encrypted, in the stack's state. A
 * Secret of another name is another certificate: put a number into the name and count it up to
 * rotate. What mounts the Secret starts again by that, since the name in its pods changes too.
 */
export class GeneratedCertificate extends pulumi.ComponentResource {
  /** The authority's certificate as a `caBundle` wants it: PEM in base64. */
  readonly caBundle: pulumi.Output<string>;

  constructor(
    name: string,
    args: GeneratedCertificateArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super('autoscaling-lab:infra:GeneratedCertificate', name, {}, opts);
    const secret = certificateSecret(this, args, opts?.dependsOn);
    this.caBundle = pulumi.unsecret(secret.data.apply((data) => data[args.keys.authority]));
    this.registerOutputs({ caBundle: this.caBundle });
  }
}

function certificateSecret(
  parent: GeneratedCertificate,
  args: GeneratedCertificateArgs,
  dependsOn: pulumi.CustomResourceOptions['dependsOn'],
): kubernetes.core.v1.Secret {
  const { name, namespace, dnsNames } = args;
  return new kubernetes.core.v1.Secret(
    name,
    {
      metadata: { name, namespace, labels: partLabels({ name, component: 'secret' }) },
      data: pulumi.secret(selfSignedServer(dnsNames).then((made) => secretData(made, args))),
    },
    // every run makes a certificate; the first one counts
    { parent, dependsOn, ignoreChanges: ['data'] },
  );
}

function secretData(
  made: ServerCertificate,
  { keys }: GeneratedCertificateArgs,
): Record<string, string> {
  const base64 = (pem: string) => Buffer.from(pem).toString('base64');
  return {
    [keys.authority]: base64(made.authority),
    [keys.certificate]: base64(made.certificate),
    [keys.privateKey]: base64(made.privateKey),
  };
}
