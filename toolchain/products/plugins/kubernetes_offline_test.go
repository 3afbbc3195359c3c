package main_test

import (
	"context"
	"encoding/base64"
	"maps"
	"regexp"
	"strings"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"plinth/toolchain/plugins/property"
)

const (
	tokenConfigMap  = "kubernetes:core/v1:ConfigMap"
	tokenSecret     = "kubernetes:core/v1:Secret"
	tokenNamespace  = "kubernetes:core/v1:Namespace"
	tokenService    = "kubernetes:core/v1:Service"
	tokenDeployment = "kubernetes:apps/v1:Deployment"
	tokenCRD        = "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition"
)

// unreachable is the kubeconfig of a server that is not there.
const unreachable = `apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: "https://127.0.0.1:1"}}]
users: [{name: u, user: {token: t}}]
contexts: [{name: x, context: {cluster: c, user: u}}]
current-context: x
`

func startOffline(t *testing.T, more map[string]string) *plugin {
	t.Helper()
	config := map[string]string{"kubeconfig": unreachable}
	maps.Copy(config, more)
	return start(t, "kubernetes", config)
}

func configMap(name string, data props) props {
	return props{"apiVersion": "v1", "kind": "ConfigMap", "metadata": props{"name": name}, "data": data}
}

// at follows keys into nested properties, whatever is secret on the way.
func at(v any, path ...string) any {
	for _, key := range path {
		m, _ := property.Reveal(v).(props)
		v = m[key]
	}
	return v
}

func TestKubernetesNamesAnObjectThatHasNoName(t *testing.T) {
	r := startOffline(t, nil).resource(tokenConfigMap, "settings")
	inputs := props{"apiVersion": "v1", "kind": "ConfigMap"}
	first := r.checked(inputs)
	name := str(at(first, "metadata", "name"))
	if !regexp.MustCompile(`^settings-[0-9a-f]{8}$`).MatchString(name) {
		t.Errorf("want the resource's name and 8 hex digits, got %q", name)
	}
	if at(first, "metadata", "annotations", "pulumi.com/autonamed") != "true" {
		t.Error("a generated name must be marked")
	}
	r.inputs = first
	if again := r.checked(inputs); at(again, "metadata", "name") != name {
		t.Errorf("want the name kept, got %v", at(again, "metadata", "name"))
	}
	inputs["metadata"] = props{"name": property.Unknown{}}
	if unknown := r.checked(inputs); !isUnknown(at(unknown, "metadata", "name")) {
		t.Errorf("a name yet to be known is a name, got %v", at(unknown, "metadata", "name"))
	}
}

func TestKubernetesCompletesTheNamespaceWhereThereIsOne(t *testing.T) {
	p := startOffline(t, map[string]string{"namespace": "team"})
	for token, want := range map[string]any{
		tokenConfigMap: "team", tokenDeployment: "team", "kubernetes:example.com/v1:Foo": "team",
		tokenNamespace: nil, "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole": nil, tokenCRD: nil,
	} {
		parts := strings.Split(token, ":")
		checked := p.resource(token, "r").checked(props{
			"apiVersion": strings.TrimPrefix(parts[1], "core/"), "kind": parts[2], "metadata": props{"name": "r"},
		})
		if got := at(checked, "metadata", "namespace"); got != want {
			t.Errorf("%s: want namespace %v, got %v", token, want, got)
		}
	}
}

func TestKubernetesWritesInputsAsTheServerWould(t *testing.T) {
	p := startOffline(t, nil)
	encoded := base64.StdEncoding.EncodeToString([]byte("pw"))
	checked := p.resource(tokenSecret, "s").checked(props{
		"apiVersion": "v1", "kind": "Secret", "metadata": props{"name": "s"}, "stringData": props{"key": "pw"},
	})
	if at(checked, "data", "key") != encoded || checked["stringData"] != nil || !isSecret(checked["data"]) {
		t.Errorf("stringData must become secret data, got %v", checked)
	}
	checked = p.resource(tokenDeployment, "d").checked(deployment("d", props{"resources": props{"requests": props{"cpu": "1000m"}}}))
	container := at(checked, "spec", "template", "spec", "containers").([]any)[0]
	if got := at(container, "resources", "requests", "cpu"); got != "1" {
		t.Errorf("want cpu 1, got %v", got)
	}
	crd := p.resource(tokenCRD, "c").checked(fooDefinition)
	version := at(crd, "spec", "versions").([]any)[0]
	if at(version, "schema", "openAPIV3Schema", "x_kubernetes_preserve_unknown_fields") != true {
		t.Errorf("schema extensions keep their underscores, got %v", version)
	}
}

// deployment has one container with more set in it.
func deployment(name string, more props) props {
	container := props{"name": "app", "image": "app:1"}
	maps.Copy(container, more)
	return props{
		"apiVersion": "apps/v1", "kind": "Deployment", "metadata": props{"name": name},
		"spec": props{
			"replicas": 1.0, "selector": props{"matchLabels": props{"app": name}},
			"template": props{
				"metadata": props{"labels": props{"app": name}},
				"spec":     props{"containers": []any{container}},
			},
		},
	}
}

var fooDefinition = props{
	"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
	"metadata": props{"name": "foos.example.com"},
	"spec": props{
		"group": "example.com", "scope": "Namespaced",
		"names": props{"plural": "foos", "singular": "foo", "kind": "Foo"},
		"versions": []any{props{
			"name": "v1", "served": true, "storage": true,
			"schema": props{"openAPIV3Schema": props{"type": "object", "x_kubernetes_preserve_unknown_fields": true}},
		}},
	},
}

// existing pretends that an object was created: its state is its inputs.
func existing(p *plugin, token string, inputs props) *resource {
	r := p.resource(token, "r")
	r.inputs = r.checked(inputs)
	r.state = property.PlainMap(r.inputs)
	r.state["__inputs"] = r.inputs
	r.state["__initialApiVersion"] = inputs["apiVersion"]
	r.state["__fieldManager"] = "pulumi-kubernetes-00000000"
	r.id = "default/" + str(at(inputs, "metadata", "name"))
	return r
}

// with copies properties and sets one at a path of keys.
func with(inputs props, value any, path ...string) props {
	copied := property.Clone(inputs)
	if len(path) == 1 {
		copied[path[0]] = value
		return copied
	}
	next, _ := copied[path[0]].(props)
	copied[path[0]] = with(next, value, path[1:]...)
	return copied
}

func TestKubernetesReplacesWhatCannotChangeInPlace(t *testing.T) {
	secretInputs := props{
		"apiVersion": "v1", "kind": "Secret", "metadata": props{"name": "s"}, "type": "Opaque",
		"stringData": props{"key": "old"},
	}
	binding := props{
		"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": props{"name": "b"},
		"roleRef": props{"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "r"},
	}
	job := props{
		"apiVersion": "batch/v1", "kind": "Job", "metadata": props{"name": "j"},
		"spec": props{"template": props{"spec": props{"restartPolicy": "Never", "containers": []any{props{"name": "c", "image": "a"}}}}},
	}
	class := props{
		"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": props{"name": "c"}, "provisioner": "a",
	}
	claim := props{
		"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": props{"name": "p"},
		"spec": props{"accessModes": []any{"ReadWriteOnce"}, "resources": props{"requests": props{"storage": "1Gi"}}},
	}
	set := with(with(deployment("s", nil), "StatefulSet", "kind"), "svc", "spec", "serviceName")
	mutable := map[string]string{"enableConfigMapMutable": "true", "enableSecretMutable": "true"}
	for name, test := range map[string]struct {
		token      string
		config     map[string]string
		olds, news props
		replaces   bool
	}{
		"nothing":                       {tokenConfigMap, nil, configMap("c", props{"a": "1"}), configMap("c", props{"a": "1"}), false},
		"ConfigMap data":                {tokenConfigMap, nil, configMap("c", props{"a": "1"}), configMap("c", props{"a": "2"}), true},
		"ConfigMap data added":          {tokenConfigMap, nil, configMap("c", nil), configMap("c", props{"a": "2"}), true},
		"ConfigMap data, mutable":       {tokenConfigMap, mutable, configMap("c", props{"a": "1"}), configMap("c", props{"a": "2"}), false},
		"ConfigMap labels":              {tokenConfigMap, nil, configMap("c", nil), with(configMap("c", nil), props{"a": "b"}, "metadata", "labels"), false},
		"name":                          {tokenConfigMap, mutable, configMap("c", nil), configMap("d", nil), true},
		"namespace":                     {tokenConfigMap, mutable, configMap("c", nil), with(configMap("c", nil), "other", "metadata", "namespace"), true},
		"Secret data":                   {tokenSecret, nil, secretInputs, with(secretInputs, "new", "stringData", "key"), true},
		"Secret data, mutable":          {tokenSecret, mutable, secretInputs, with(secretInputs, "new", "stringData", "key"), false},
		"Secret type, mutable":          {tokenSecret, mutable, secretInputs, with(secretInputs, "other", "type"), true},
		"immutable Secret":              {tokenSecret, mutable, with(secretInputs, true, "immutable"), with(with(secretInputs, true, "immutable"), "new", "stringData", "key"), true},
		"Deployment selector":           {tokenDeployment, nil, deployment("d", nil), with(deployment("d", nil), "x", "spec", "selector", "matchLabels", "app"), true},
		"Deployment image":              {tokenDeployment, nil, deployment("d", nil), deployment("d", props{"image": "app:2"}), false},
		"StatefulSet serviceName":       {"kubernetes:apps/v1:StatefulSet", nil, set, with(set, "other", "spec", "serviceName"), true},
		"StatefulSet replicas":          {"kubernetes:apps/v1:StatefulSet", nil, set, with(set, 3.0, "spec", "replicas"), false},
		"RoleBinding roleRef":           {"kubernetes:rbac.authorization.k8s.io/v1:RoleBinding", nil, binding, with(binding, "x", "roleRef", "name"), true},
		"Job template":                  {"kubernetes:batch/v1:Job", nil, job, with(job, "OnFailure", "spec", "template", "spec", "restartPolicy"), true},
		"Job lifetime":                  {"kubernetes:batch/v1:Job", nil, job, with(job, 60.0, "spec", "ttlSecondsAfterFinished"), false},
		"StorageClass provisioner":      {"kubernetes:storage.k8s.io/v1:StorageClass", nil, class, with(class, "b", "provisioner"), true},
		"StorageClass reclaim policy":   {"kubernetes:storage.k8s.io/v1:StorageClass", nil, class, with(class, "Retain", "reclaimPolicy"), false},
		"PersistentVolumeClaim class":   {"kubernetes:core/v1:PersistentVolumeClaim", nil, claim, with(claim, "fast", "spec", "storageClassName"), true},
		"PersistentVolumeClaim request": {"kubernetes:core/v1:PersistentVolumeClaim", nil, claim, with(claim, "2Gi", "spec", "resources", "requests", "storage"), false},
		"Pod image":                     {"kubernetes:core/v1:Pod", nil, pod("a"), pod("b"), true},
	} {
		t.Run(name, func(t *testing.T) {
			diff := existing(startOffline(t, test.config), test.token, test.olds).diff(test.news)
			if replaces := len(diff.GetReplaces()) > 0; replaces != test.replaces {
				t.Errorf("want a replacement %v, got %v", test.replaces, changes(diff))
			}
			if changed := len(changes(diff)) > 0; changed == property.Equal(test.olds, test.news) {
				t.Errorf("changed %v: %v", changed, changes(diff))
			}
		})
	}
}

func pod(image string) props {
	return props{
		"apiVersion": "v1", "kind": "Pod", "metadata": props{"name": "p"},
		"spec": props{"containers": []any{props{"name": "c", "image": image}}},
	}
}

func TestKubernetesDeletesFirstOnlyWhereTheNameStays(t *testing.T) {
	p := startOffline(t, nil)
	named := existing(p, tokenConfigMap, configMap("c", props{"a": "1"}))
	named.state["metadata"].(props)["namespace"] = "default"
	if !named.diff(configMap("c", props{"a": "2"})).GetDeleteBeforeReplace() {
		t.Error("two objects of one name cannot be: want the old one deleted first")
	}
	if named.diff(configMap("d", props{"a": "2"})).GetDeleteBeforeReplace() {
		t.Error("a new name needs no deletion first")
	}
	unnamed := props{"apiVersion": "v1", "kind": "ConfigMap", "data": props{"a": "1"}}
	generated := existing(p, tokenConfigMap, unnamed)
	diff := generated.diff(with(unnamed, "2", "data", "a"))
	if diff.GetDeleteBeforeReplace() || len(diff.GetReplaces()) == 0 {
		t.Errorf("a generated name is made anew: want a replacement, the new one first, got %v", diff)
	}
}

func TestKubernetesUnreachableClusterStillPreviews(t *testing.T) {
	r := startOffline(t, nil).resource(tokenConfigMap, "c")
	inputs := configMap("c", props{"a": "1"})
	if preview := r.previewCreate(inputs); at(preview, "data", "a") != "1" {
		t.Errorf("want the inputs back, got %v", preview)
	}
	mustFail(t, r.tryCreate(inputs), "configured Kubernetes cluster is unreachable")

	r = existing(r.plugin, tokenConfigMap, inputs)
	if _, err := r.previewUpdate(configMap("c", props{"a": "2"})); err != nil {
		t.Errorf("want a preview, got %v", err)
	}
	mustFail(t, r.tryUpdate(configMap("c", props{"a": "2"})), "configured Kubernetes cluster is unreachable")
	mustFail(t, r.delete(), "configured Kubernetes cluster is unreachable", "PULUMI_K8S_DELETE_UNREACHABLE")
	mustFail(t, r.refresh(), "unreachable", "PULUMI_K8S_DELETE_UNREACHABLE")
}

func TestKubernetesSkipUpdateUnreachableKeepsWhatIsStored(t *testing.T) {
	p := startOffline(t, map[string]string{"skipUpdateUnreachable": "true"})
	r := p.resource(tokenConfigMap, "c")
	r.inputs = configMap("c", props{"a": "1"})
	if checked := r.checked(configMap("c", props{"a": "2"})); !property.Equal(checked, r.inputs) {
		t.Errorf("want the old inputs, got %v", checked)
	}
	r.state, r.id = property.Clone(r.inputs), "default/c"
	before := r.state
	must(t, r.refresh())
	if r.id != "default/c" || !property.Equal(before, r.state) {
		t.Errorf("want the old state, got %v", r.state)
	}
	mustFail(t, r.delete(), "unreachable")
}

func TestKubernetesDeleteUnreachableForgets(t *testing.T) {
	r := existing(startOffline(t, map[string]string{"deleteUnreachable": "true"}), tokenConfigMap, configMap("c", nil))
	must(t, r.delete())
	must(t, r.refresh())
	if r.id != "" {
		t.Errorf("want the object forgotten, got %q", r.id)
	}
}

func TestKubernetesProviderIsReplacedOnlyForAnotherCluster(t *testing.T) {
	p := startOffline(t, nil)
	other := strings.Replace(unreachable, "127.0.0.1:1", "127.0.0.2:1", 1)
	newToken := strings.Replace(unreachable, "token: t", "token: rotated", 1)
	for name, test := range map[string]struct {
		olds, news        props
		changed, replaces bool
	}{
		"nothing":                         {props{"kubeconfig": unreachable}, props{"kubeconfig": unreachable}, false, false},
		"another server":                  {props{"kubeconfig": unreachable}, props{"kubeconfig": other}, true, true},
		"other credentials":               {props{"kubeconfig": unreachable}, props{"kubeconfig": newToken}, true, false},
		"unknown":                         {props{"kubeconfig": unreachable}, props{"kubeconfig": property.Unknown{}}, true, true},
		"another server, same identifier": {props{"kubeconfig": unreachable, "clusterIdentifier": "c"}, props{"kubeconfig": other, "clusterIdentifier": "c"}, true, false},
		"unknown, same identifier":        {props{"kubeconfig": unreachable, "clusterIdentifier": "c"}, props{"kubeconfig": property.Unknown{}, "clusterIdentifier": "c"}, true, false},
		"another identifier":              {props{"kubeconfig": unreachable, "clusterIdentifier": "c"}, props{"kubeconfig": unreachable, "clusterIdentifier": "d"}, true, true},
		"identifier added":                {props{"kubeconfig": unreachable}, props{"kubeconfig": unreachable, "clusterIdentifier": "d"}, true, false},
		"a flag":                          {props{"kubeconfig": unreachable}, props{"kubeconfig": unreachable, "enablePatchForce": "true"}, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			resp, err := p.DiffConfig(context.Background(), &pulumirpc.DiffRequest{
				Urn: "urn:pulumi:stack::project::pulumi:providers:kubernetes::k", Olds: encode(t, test.olds), News: encode(t, test.news),
			})
			must(t, err)
			changed := resp.GetChanges() == pulumirpc.DiffResponse_DIFF_SOME
			if replaces := len(resp.GetReplaces()) > 0; changed != test.changed || replaces != test.replaces {
				t.Errorf("want changed %v, replaces %v, got %v", test.changed, test.replaces, resp)
			}
		})
	}
}
