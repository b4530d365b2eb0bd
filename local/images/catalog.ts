import { VERSIONS, type ToolSetName } from '../toolchain/sets';
import { type LocalImage } from './image';

const NON_ROOT = 65532;

function program(
  name: string,
  set: ToolSetName,
  programName: string,
  path: string,
  user = 0,
): LocalImage {
  return { name, program: { set, name: programName, path }, entrypoint: [path], user };
}

function kubernetes(name: string): LocalImage {
  return program(`${name}:${VERSIONS.kubernetes}`, 'kubernetes', name, `/usr/local/bin/${name}`);
}

/** A shell for the storage provisioner's pods, and the process that holds each pod's namespaces. */
export const BASE_IMAGE: LocalImage = {
  name: 'base:debian12',
  packages: ['catatonit'],
  entrypoint: ['/usr/bin/catatonit', '-P'],
};

/** What kubeadm's static pods, DNS and storage run. */
export const NODE_IMAGES: readonly LocalImage[] = [
  kubernetes('kube-apiserver'),
  kubernetes('kube-controller-manager'),
  kubernetes('kube-scheduler'),
  program(`etcd:${VERSIONS.etcd}`, 'etcd', 'server', '/usr/local/bin/etcd'),
  program(`coredns:${VERSIONS.coredns}`, 'kubernetes', 'coredns', '/coredns'),
  program(
    `local-path-provisioner:${VERSIONS.localPathProvisioner}`,
    'kubernetes',
    'local-path-provisioner',
    '/usr/local/bin/local-path-provisioner',
  ),
  BASE_IMAGE,
];

function verticalPodAutoscaler(component: string): LocalImage {
  return program(
    `vpa-${component}:${VERSIONS.vpa}`,
    'kubernetes',
    component,
    `/${component}`,
    NON_ROOT,
  );
}

/** What the lab's own charts run. */
export const LAB_IMAGES: readonly LocalImage[] = [
  program(`keda:${VERSIONS.keda}`, 'kubernetes', 'operator', '/keda', 1000),
  program(
    `keda-metrics-apiserver:${VERSIONS.keda}`,
    'kubernetes',
    'adapter',
    '/keda-adapter',
    1000,
  ),
  program(
    `keda-admission-webhooks:${VERSIONS.keda}`,
    'kubernetes',
    'webhooks',
    '/keda-admission-webhooks',
    1000,
  ),
  verticalPodAutoscaler('recommender'),
  verticalPodAutoscaler('updater'),
  verticalPodAutoscaler('admission-controller'),
  program(
    `metrics-server:${VERSIONS.metricsServer}`,
    'metrics-server',
    'metrics-server',
    '/metrics-server',
    1000,
  ),
  program(
    `kube-state-metrics:${VERSIONS.kubeStateMetrics}`,
    'kubernetes',
    'kube-state-metrics',
    '/kube-state-metrics',
    NON_ROOT,
  ),
  program(
    `prometheus:${VERSIONS.prometheus}`,
    'prometheus',
    'prometheus',
    '/bin/prometheus',
    NON_ROOT,
  ),
  program(`nats:${VERSIONS.nats}`, 'nats', 'nats-server', '/usr/local/bin/nats-server', 1000),
  {
    name: 'redis:7.0.15',
    packages: ['redis-server'],
    entrypoint: ['/usr/bin/redis-server'],
    user: 999,
  },
];

/** The base of the page's image: Debian with its nginx. */
export const NGINX_BASE_IMAGE: LocalImage = {
  name: 'nginx:1.22',
  packages: ['nginx'],
  entrypoint: ['/usr/sbin/nginx'],
  user: NON_ROOT,
};

/** The base of the other workload images: Debian with this machine's own Node. */
export const NODE_BASE_IMAGE: LocalImage = {
  name: 'node:20',
  packages: ['ca-certificates', 'libstdc++6', 'libatomic1'],
  file: { from: process.execPath, path: '/usr/local/bin/node' },
  entrypoint: ['/usr/local/bin/node'],
  user: NON_ROOT,
};

/** What workload images are built on; only this machine's builder needs them. */
export const BASE_IMAGES: readonly LocalImage[] = [NODE_BASE_IMAGE, NGINX_BASE_IMAGE];
