import { type Construct } from 'constructs';
import { NAMESPACES, VPA } from '../../workloads/protocol/names';
import { CA_FROM_SECRET } from '../core/annotations';
import { toKubernetesObjects, type KubernetesObject } from '../core/kubernetes-object';
import { changeContainer, UpstreamChart, type UpstreamContainer } from './upstream-chart';

/** The release of the VerticalPodAutoscaler, the images to run it from, and its certificate. */
export interface VpaProps {
  /** The parsed documents of the release's `deploy` folder. */
  readonly manifest: readonly object[];
  readonly recommenderImage: string;
  readonly updaterImage: string;
  readonly admissionControllerImage: string;
  /** Name of the Secret with the webhook's certificate; its keys are {@link VPA.certificateKeys}. */
  readonly certificateSecret: string;
}

// the namespace that the release is written for
const UPSTREAM_NAMESPACE = NAMESPACES.kubeSystem;
const CERTIFICATE_FOLDER = '/etc/tls-certs';
const CERTIFICATE_VOLUME = 'tls-certs';

const RECOMMENDER_ARGS = [
  // metrics-server measures every 15 seconds; the release's minute would add one to every reaction
  '--recommender-interval=15s',
  // the release's floors, 25m and 250 MB for each pod, beat a lower minAllowed
  '--pod-recommendation-min-cpu-millicores=10',
  '--pod-recommendation-min-memory-mb=32',
  // after a day of history the bounds are close to the target; a lab has minutes
  '--confidence-interval-cpu=10m',
  '--confidence-interval-memory=10m',
  // the history of pods that no VPA sizes is wasted memory
  '--memory-saver=true',
];

const UPDATER_ARGS = [
  '--updater-interval=15s',
  // without it the only pod of a workload is never touched: a disruption budget of one forbids it
  '--in-place-skip-disruption-budget=true',
];

const ADMISSION_ARGS = [
  '--reload-cert=true',
  // a webhook that the program registers itself is nobody's to remove
  '--register-webhook=false',
  `--tls-cert-file=${CERTIFICATE_FOLDER}/${VPA.certificateKeys.certificate}`,
  `--tls-private-key=${CERTIFICATE_FOLDER}/${VPA.certificateKeys.privateKey}`,
  `--client-ca-file=${CERTIFICATE_FOLDER}/${VPA.certificateKeys.authority}`,
];

/** The VerticalPodAutoscaler: recommender, updater and admission controller, in a namespace of their own. */
export class Vpa extends UpstreamChart {
  /**
   * @throws where the manifest is not the one of a VerticalPodAutoscaler release
   */
  constructor(scope: Construct, id: string, props: VpaProps) {
    super(scope, id, { objects: vpaObjects(props) });
  }
}

function vpaObjects(props: VpaProps): KubernetesObject[] {
  const containers: Readonly<Record<string, readonly [image: string, args: readonly string[]]>> = {
    recommender: [props.recommenderImage, RECOMMENDER_ARGS],
    updater: [props.updaterImage, UPDATER_ARGS],
    'admission-controller': [props.admissionControllerImage, ADMISSION_ARGS],
  };
  const released = toKubernetesObjects(props.manifest, 'operatorManifests.vpa').map(inOwnNamespace);
  const configured = Object.entries(containers).reduce(
    (changed, [container, [image, args]]) =>
      changeContainer(changed, container, (entry) => configure(entry, image, args)),
    released,
  );
  return [
    ...configured.map((object) => withCertificate(object, props.certificateSecret)),
    webhook(props.certificateSecret),
  ];
}

function configure(
  container: UpstreamContainer,
  image: string,
  args: readonly string[],
): UpstreamContainer {
  return {
    ...container,
    image,
    imagePullPolicy: 'IfNotPresent',
    args: ['--v=2', ...args],
    // the release asks for 500 MiB each, for clusters of thousands of pods
    resources: {
      requests: { cpu: '10m', memory: '48Mi' },
      limits: { cpu: '200m', memory: '256Mi' },
    },
    readinessProbe: { ...container.readinessProbe, periodSeconds: 2 },
  };
}

interface Subject {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

function inOwnNamespace(object: KubernetesObject): KubernetesObject {
  const { metadata } = object;
  const subjects = object.subjects as readonly Subject[] | undefined;
  return {
    ...object,
    metadata: {
      ...metadata,
      ...(metadata.namespace === UPSTREAM_NAMESPACE && { namespace: VPA.namespace }),
    },
    ...(subjects && {
      subjects: subjects.map((subject) =>
        subject.namespace === UPSTREAM_NAMESPACE
          ? { ...subject, namespace: VPA.namespace }
          : subject,
      ),
    }),
  };
}

interface Volume {
  readonly name: string;
  readonly secret?: object;
}

// the release mounts a Secret of a fixed name, which a script makes by hand
function withCertificate(object: KubernetesObject, secretName: string): KubernetesObject {
  if (object.kind !== 'Deployment') return object;
  const spec = object.spec as {
    readonly template: { readonly spec: { readonly volumes?: readonly Volume[] } };
  };
  const { template } = spec;
  const { volumes } = template.spec;
  if (volumes === undefined) return object;
  const mounted = volumes.map((volume) =>
    volume.name === CERTIFICATE_VOLUME ? { ...volume, secret: { secretName } } : volume,
  );
  return {
    ...object,
    spec: { ...spec, template: { ...template, spec: { ...template.spec, volumes: mounted } } },
  };
}

// what the admission controller would register, but owned by the program, which also removes it
function webhook(certificateSecret: string): KubernetesObject {
  const every = { apiVersions: ['v1'], apiGroups: [''], resources: ['pods'], scope: '*' };
  const own = {
    apiVersions: ['*'],
    apiGroups: ['autoscaling.k8s.io'],
    resources: ['verticalpodautoscalers'],
    scope: '*',
  };
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: {
      name: 'vpa-webhook-config',
      annotations: { [CA_FROM_SECRET]: certificateSecret },
    },
    webhooks: [
      {
        name: 'vpa.k8s.io',
        admissionReviewVersions: ['v1'],
        rules: [
          { operations: ['CREATE'], ...every },
          { operations: ['CREATE', 'UPDATE'], ...own },
        ],
        // pods are worth more than their sizes
        failurePolicy: 'Ignore',
        sideEffects: 'None',
        timeoutSeconds: 5,
        clientConfig: {
          service: { namespace: VPA.namespace, name: VPA.webhookService, port: 443, path: '/' },
        },
      },
    ],
  };
}
