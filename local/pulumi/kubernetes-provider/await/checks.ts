import { groupOf, type KubeObject } from '../kube-object';
import { availableReadiness, establishedReadiness } from './condition';
import { daemonSetReadiness } from './daemon-set';
import { deploymentReadiness } from './deployment';
import { jobReadiness } from './job';
import { persistentVolumeClaimReadiness } from './persistent-volume-claim';
import { podReadiness } from './pod';
import type { ReadinessCheck } from './readiness';
import { serviceReadiness } from './service';
import { statefulSetReadiness } from './stateful-set';

const CHECKS: Readonly<Record<string, ReadinessCheck>> = {
  'apps/DaemonSet': daemonSetReadiness,
  'apps/Deployment': deploymentReadiness,
  'apps/StatefulSet': statefulSetReadiness,
  'batch/Job': jobReadiness,
  '/PersistentVolumeClaim': persistentVolumeClaimReadiness,
  '/Pod': podReadiness,
  '/Service': serviceReadiness,
  'apiextensions.k8s.io/CustomResourceDefinition': establishedReadiness,
  'apiregistration.k8s.io/APIService': availableReadiness,
};

/** The check of an object's kind; kinds without one are ready as soon as the server has them. */
export function readinessCheckOf(
  object: Pick<KubeObject, 'apiVersion' | 'kind'>,
): ReadinessCheck | undefined {
  return CHECKS[`${groupOf(object.apiVersion)}/${object.kind}`];
}
