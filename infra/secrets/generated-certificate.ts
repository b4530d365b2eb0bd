import * as kubernetes from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';
import { partLabels } from '../../charts/core/labels';
import { selfSignedServer, type ServerCertificate } from './server-certificate';

/** The Secret of a generated certificate, and the names that the certificate is valid for. */
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
 * A serving certificate and its authority, generated once and kept, encrypted, in the stack's state.
 * A new resource name is a new certificate: to rotate, put a number into both names and raise it.
 * Pods that mount the Secret then restart, because the name in their template changes.
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
    const secret = certificateSecret(this, name, args, opts?.dependsOn);
    this.caBundle = pulumi.unsecret(secret.data.apply((data) => data[args.keys.authority]));
    this.registerOutputs({ caBundle: this.caBundle });
  }
}

function certificateSecret(
  parent: GeneratedCertificate,
  id: string,
  args: GeneratedCertificateArgs,
  dependsOn: pulumi.CustomResourceOptions['dependsOn'],
): kubernetes.core.v1.Secret {
  const { name, namespace, dnsNames } = args;
  return new kubernetes.core.v1.Secret(
    id,
    {
      metadata: { name, namespace, labels: partLabels({ name, component: 'secret' }) },
      data: pulumi.secret(selfSignedServer(dnsNames).then((made) => secretData(made, args))),
    },
    // every run generates a certificate; only the first is used
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
