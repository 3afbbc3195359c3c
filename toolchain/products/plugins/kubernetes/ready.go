package kubernetes

import (
	"context"
	"fmt"
	"reflect"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// awaitedKinds are the kinds whose readiness is awaited. All others are done
// when the API server has stored them.
var awaitedKinds = map[string]awaited{
	"apps/v1/Deployment":           {deploymentReady, defaultTimeout, true},
	"apps/v1/DaemonSet":            {daemonSetReady, defaultTimeout, true},
	"apps/v1/StatefulSet":          {statefulSetReady, defaultTimeout, true},
	"batch/v1/Job":                 {jobReady, defaultTimeout, true},
	"v1/Pod":                       {podReady, defaultTimeout, true},
	"v1/Service":                   {serviceReady, defaultTimeout, true},
	"networking.k8s.io/v1/Ingress": {ingressReady, defaultTimeout, true},
	"v1/PersistentVolume":          {volumeReady, 5 * time.Minute, false},
	"v1/PersistentVolumeClaim":     {claimReady, 5 * time.Minute, false},
	"v1/ResourceQuota":             {quotaReady, time.Minute, false},
	"v1/Secret":                    {secretReady, 5 * time.Second, false},
}

// settling is how long nothing but silence counts as an answer: pods that a
// Service selects may only just be on their way.
const settling = 10 * time.Second

func serviceReady(ctx context.Context, look *awaiting) (string, error) {
	kind := text(look.live, "spec", "type")
	if kind == "LoadBalancer" && !hasLoadBalancer(look.live) {
		return "Service was not allocated an IP address; does your cloud provider support this?", nil
	}
	selector, _, _ := unstructured.NestedMap(look.live.Object, "spec", "selector")
	if kind == "ExternalName" || text(look.live, "spec", "clusterIP") == "None" || len(selector) == 0 {
		return "", nil
	}
	ready, pending, err := look.endpoints(ctx, look.live.GetName())
	switch {
	case err != nil:
		return err.Error(), nil
	case pending || (!ready && time.Since(look.since) < settling):
		return "Service does not target any Pods. Selected Pods may not be ready, " +
			"or field '.spec.selector' may not match labels on any Pods", nil
	}
	return "", nil
}

// endpoints tells whether a service has pods that are ready, and others that
// are not yet.
func (look *awaiting) endpoints(ctx context.Context, service string) (ready, pending bool, err error) {
	client, err := look.resource(
		schema.GroupVersionKind{Group: "discovery.k8s.io", Version: "v1", Kind: "EndpointSlice"},
		look.live.GetNamespace())
	if err != nil {
		return false, false, err
	}
	slices, err := client.List(ctx, metav1.ListOptions{LabelSelector: "kubernetes.io/service-name=" + service})
	if err != nil {
		return false, false, err
	}
	for _, slice := range slices.Items {
		endpoints, _, _ := unstructured.NestedSlice(slice.Object, "endpoints")
		for _, item := range endpoints {
			endpoint, _ := item.(map[string]any)
			// An absent condition means ready.
			if ok, set, _ := unstructured.NestedBool(endpoint, "conditions", "ready"); ok || !set {
				ready = true
			} else if terminating, _, _ := unstructured.NestedBool(endpoint, "conditions", "terminating"); !terminating {
				pending = true
			}
		}
	}
	return ready, pending, nil
}

func ingressReady(ctx context.Context, look *awaiting) (string, error) {
	if !hasLoadBalancer(look.live) {
		return "Ingress .status.loadBalancer field was not updated with a hostname/IP address", nil
	}
	rules, _, _ := unstructured.NestedSlice(look.live.Object, "spec", "rules")
	for _, item := range rules {
		rule, _ := item.(map[string]any)
		paths, _, _ := unstructured.NestedSlice(rule, "http", "paths")
		for _, item := range paths {
			path, _ := item.(map[string]any)
			service, ok, _ := unstructured.NestedString(path, "backend", "service", "name")
			if !ok || time.Since(look.since) >= settling {
				continue
			}
			if ready, _, err := look.endpoints(ctx, service); err != nil || !ready {
				return fmt.Sprintf("Ingress has a rule with an unavailable target endpoint: %q", service), nil
			}
		}
	}
	return "", nil
}

func hasLoadBalancer(live *unstructured.Unstructured) bool {
	addresses, _, _ := unstructured.NestedSlice(live.Object, "status", "loadBalancer", "ingress")
	return len(addresses) > 0
}

func volumeReady(_ context.Context, look *awaiting) (string, error) {
	phase := text(look.live, "status", "phase")
	if phase == "Available" || phase == "Bound" {
		return "", nil
	}
	return fmt.Sprintf("Waiting for PersistentVolume to be available (phase %q)", phase), nil
}

// claimReady takes a pending claim for ready when its volume comes only with
// its first pod.
func claimReady(ctx context.Context, look *awaiting) (string, error) {
	phase := text(look.live, "status", "phase")
	if phase == "Bound" {
		return "", nil
	}
	if class := text(look.live, "spec", "storageClassName"); class != "" && phase == "Pending" {
		client, err := look.resource(
			schema.GroupVersionKind{Group: "storage.k8s.io", Version: "v1", Kind: "StorageClass"}, "")
		if err != nil {
			return err.Error(), nil
		}
		found, err := client.Get(ctx, class, metav1.GetOptions{})
		if err != nil {
			return err.Error(), nil
		}
		if text(found, "volumeBindingMode") == "WaitForFirstConsumer" {
			return "", nil
		}
	}
	return fmt.Sprintf("Waiting for PersistentVolumeClaim to be bound (phase %q)", phase), nil
}

func quotaReady(_ context.Context, look *awaiting) (string, error) {
	wanted, _, _ := unstructured.NestedMap(look.live.Object, "spec", "hard")
	observed, _, _ := unstructured.NestedMap(look.live.Object, "status", "hard")
	if reflect.DeepEqual(wanted, observed) {
		return "", nil
	}
	return "Waiting for ResourceQuota to be observed", nil
}

// secretReady waits for the token that a controller writes into a Secret.
func secretReady(_ context.Context, look *awaiting) (string, error) {
	if text(look.live, "type") != "kubernetes.io/service-account-token" {
		return "", nil
	}
	if data, _, _ := unstructured.NestedMap(look.live.Object, "data"); len(data) > 0 {
		return "", nil
	}
	return "Waiting for the service account's token", nil
}

// stale tells whether the status of an object is about an older spec.
func stale(live *unstructured.Unstructured) bool {
	return number(live, "status", "observedGeneration") < live.GetGeneration()
}

func text(obj *unstructured.Unstructured, path ...string) string {
	value, _, _ := unstructured.NestedString(obj.Object, path...)
	return value
}

func number(obj *unstructured.Unstructured, path ...string) int64 {
	return numberOr(obj, 0, path...)
}

func numberOr(obj *unstructured.Unstructured, standard int64, path ...string) int64 {
	value, ok, err := unstructured.NestedInt64(obj.Object, path...)
	if !ok || err != nil {
		return standard
	}
	return value
}

// statusCondition is one entry of status.conditions.
type statusCondition struct{ status, reason, message string }

func condition(obj *unstructured.Unstructured, kind string) statusCondition {
	conditions, _, _ := unstructured.NestedSlice(obj.Object, "status", "conditions")
	for _, item := range conditions {
		if entry, _ := item.(map[string]any); entry["type"] == kind {
			status, _ := entry["status"].(string)
			reason, _ := entry["reason"].(string)
			message, _ := entry["message"].(string)
			return statusCondition{status, reason, message}
		}
	}
	return statusCondition{}
}

// String is the condition as an addition to a sentence.
func (c statusCondition) String() string {
	if c.reason == "" && c.message == "" {
		return ""
	}
	return fmt.Sprintf(": [%s] %s", c.reason, c.message)
}
