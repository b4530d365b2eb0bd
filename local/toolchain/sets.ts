import { type ModulePatch } from './patched-module';

/** A set of upstream programs built from Go modules that one go.mod pins. */
export interface ToolSet {
  /** Name of the folder with go.mod and go.sum. */
  readonly name: string;
  /** The programs it builds, as they are named on disk. */
  readonly programs: readonly string[];
  /**
   * Packages that are compiled by a call of their own: one that imports a module under another spelling of its name
   * collides with the others in one call, though their compiled packages can still be shared.
   */
  readonly apart?: readonly string[];
  /** Build tags. */
  readonly tags?: readonly string[];
  /** What upstream's source needs to compile against the versions of go.mod. */
  readonly patch?: ModulePatch;
  /** Values that upstream's own build stamps into the programs, by their Go symbol. */
  readonly stamps: Readonly<Record<string, string>>;
}

export const VERSIONS = {
  kubernetes: 'v1.35.4',
  etcd: '3.6.13-0',
  coredns: 'v1.14.7',
  keda: '2.20.2',
  vpa: '1.7.0',
  metricsServer: '0.9.0',
  kubeStateMetrics: '2.18.0',
  prometheus: '3.13.5',
  localPathProvisioner: '0.0.30',
  nats: '2.14.9',
  pulumi: '3.250.0',
} as const;

export const TOOL_SETS = {
  nats: { name: 'nats', programs: ['nats-server'], stamps: {} },
  etcd: { name: 'etcd', programs: ['server'], stamps: {} },
  // one module for all that shares Kubernetes 1.35, so that its packages are compiled once
  kubernetes: {
    name: 'kubernetes',
    programs: [
      'kube-apiserver',
      'kube-controller-manager',
      'kube-proxy',
      'kube-scheduler',
      'kubeadm',
      'kubectl',
      'kubelet',
      'coredns',
      'local-path-provisioner',
      'operator',
      'adapter',
      'webhooks',
      'recommender',
      'updater',
      'admission-controller',
      'kube-state-metrics',
    ],
    apart: ['github.com/rancher/local-path-provisioner'],
    stamps: {
      'k8s.io/component-base/version.gitVersion': VERSIONS.kubernetes,
      'k8s.io/component-base/version.gitMajor': '1',
      'k8s.io/component-base/version.gitMinor': '35',
      'github.com/kedacore/keda/v2/version.Version': VERSIONS.keda,
      // of the programs here only kube-state-metrics has it
      'github.com/prometheus/common/version.Version': VERSIONS.kubeStateMetrics,
    },
  },
  // against the Kubernetes libraries of the kubernetes set, which are older than its own go.mod asks for: so nearly all
  // that it compiles is shared
  'metrics-server': {
    name: 'metrics-server',
    programs: ['metrics-server'],
    // one generated file names a type of Kubernetes 1.36, whose schema it also holds
    patch: {
      module: 'sigs.k8s.io/metrics-server',
      file: 'pkg/api/generated/openapi/zz_generated.openapi.go',
      from: 'v1.ShardInfo{}.OpenAPIModelName()',
      to: '"io.k8s.apimachinery.pkg.apis.meta.v1.ShardInfo"',
    },
    stamps: { 'k8s.io/client-go/pkg/version.gitVersion': `v${VERSIONS.metricsServer}` },
  },
  // apart from kubernetes because the unit tests need promtool alone; what both use has one version, and is compiled once
  prometheus: {
    name: 'prometheus',
    programs: ['prometheus', 'promtool'],
    // of the service discoveries only the one in use: the others are two hundred packages of cloud clients
    tags: ['remove_all_sd', 'enable_kubernetes_sd'],
    stamps: { 'github.com/prometheus/common/version.Version': VERSIONS.prometheus },
  },
  pulumi: {
    name: 'pulumi',
    programs: ['pulumi'],
    stamps: { 'github.com/pulumi/pulumi/sdk/v3/go/common/version.Version': VERSIONS.pulumi },
  },
} as const satisfies Record<string, ToolSet>;

export type ToolSetName = keyof typeof TOOL_SETS;
