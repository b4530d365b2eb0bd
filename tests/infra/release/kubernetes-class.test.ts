import * as kubernetes from '@pulumi/kubernetes';
import { kubernetesClass } from '../../../infra/release/kubernetes-class';

test.each([
  ['v1', 'ConfigMap', kubernetes.core.v1.ConfigMap],
  ['apps/v1', 'StatefulSet', kubernetes.apps.v1.StatefulSet],
  ['rbac.authorization.k8s.io/v1', 'ClusterRole', kubernetes.rbac.v1.ClusterRole],
  ['apiregistration.k8s.io/v1', 'APIService', kubernetes.apiregistration.v1.APIService],
])('%s %s has the class of its name', (apiVersion, kind, expected) => {
  expect(kubernetesClass(apiVersion, kind)).toBe(expected);
});

test.each([
  ['keda.sh/v1alpha1', 'ScaledObject'],
  ['autoscaling.k8s.io/v1', 'HorizontalPodAutoscaler'],
  ['apps/v9', 'Deployment'],
])('%s %s is a custom resource', (apiVersion, kind) => {
  expect(kubernetesClass(apiVersion, kind)).toBe(kubernetes.apiextensions.CustomResource);
});
