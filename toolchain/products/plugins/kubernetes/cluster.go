package kubernetes

import (
	"context"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"
)

// probeTimeout bounds the first request: an address that swallows packets must
// not hold up a run that can go on without the cluster.
const probeTimeout = 15 * time.Second

// cluster is a live API server: its kinds and a client for their objects.
type cluster struct {
	client dynamic.Interface
	mapper *restmapper.DeferredDiscoveryRESTMapper
}

func connect(ctx context.Context, config *rest.Config) (*cluster, error) {
	probe := rest.CopyConfig(config)
	if probe.Timeout == 0 || probe.Timeout > probeTimeout {
		probe.Timeout = probeTimeout
	}
	discoverer, err := discovery.NewDiscoveryClientForConfig(probe)
	if err != nil {
		return nil, err
	}
	cached := memory.NewMemCacheClient(discoverer)
	if _, err := cached.ServerGroups(); err != nil {
		return nil, err
	}
	client, err := dynamic.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	return &cluster{client: client, mapper: restmapper.NewDeferredDiscoveryRESTMapper(cached)}, nil
}

// serves tells whether the API server knows a kind.
func (c *cluster) serves(gvk schema.GroupVersionKind) bool {
	_, err := c.mapper.RESTMapping(gvk.GroupKind(), gvk.Version)
	return err == nil
}

// resource is the collection that an object belongs to. A kind that is not
// known may have been defined since: discovery runs again for it.
func (c *cluster) resource(gvk schema.GroupVersionKind, namespace string) (dynamic.ResourceInterface, error) {
	mapping, err := c.mapper.RESTMapping(gvk.GroupKind(), gvk.Version)
	if meta.IsNoMatchError(err) {
		c.mapper.Reset()
		mapping, err = c.mapper.RESTMapping(gvk.GroupKind(), gvk.Version)
	}
	if err != nil {
		return nil, err
	}
	if mapping.Scope.Name() != meta.RESTScopeNameNamespace {
		return c.client.Resource(mapping.Resource), nil
	}
	return c.client.Resource(mapping.Resource).Namespace(canonicalNamespace(namespace)), nil
}

func (c *cluster) resourceOf(obj *unstructured.Unstructured) (dynamic.ResourceInterface, error) {
	return c.resource(obj.GroupVersionKind(), obj.GetNamespace())
}

// namespacedKind tells whether objects of a kind live in a namespace. A kind
// that nobody knows yet is taken for one that does: most are.
func (p *plugin) namespacedKind(gvk schema.GroupVersionKind) bool {
	if clusterScoped[gvk.Kind] && !custom(gvk) {
		return false
	}
	if p.unreachable == "" && p.cluster != nil && custom(gvk) {
		mapping, err := p.cluster.mapper.RESTMapping(gvk.GroupKind(), gvk.Version)
		return err != nil || mapping.Scope.Name() == meta.RESTScopeNameNamespace
	}
	return true
}

// clusterScoped are Kubernetes' own kinds that live in no namespace; the scope
// must be known without a cluster, too.
var clusterScoped = map[string]bool{
	"APIService": true, "CertificateSigningRequest": true, "ClusterRole": true,
	"ClusterRoleBinding": true, "ClusterTrustBundle": true, "ComponentStatus": true,
	"CSIDriver": true, "CSINode": true, "CustomResourceDefinition": true, "DeviceClass": true,
	"FlowSchema": true, "IngressClass": true, "IPAddress": true,
	"MutatingAdmissionPolicy": true, "MutatingAdmissionPolicyBinding": true,
	"MutatingWebhookConfiguration": true, "Namespace": true, "Node": true,
	"PersistentVolume": true, "PriorityClass": true, "PriorityLevelConfiguration": true,
	"ResourceSlice": true, "RuntimeClass": true, "SelfSubjectAccessReview": true,
	"ServiceCIDR": true, "StorageClass": true, "StorageVersion": true,
	"StorageVersionMigration": true, "SubjectAccessReview": true, "TokenReview": true,
	"ValidatingAdmissionPolicy": true, "ValidatingAdmissionPolicyBinding": true,
	"ValidatingWebhookConfiguration": true, "VolumeAttachment": true, "VolumeAttributesClass": true,
}

func canonicalNamespace(namespace string) string {
	if namespace == "" {
		return "default"
	}
	return namespace
}
