package main_test

import (
	"maps"
	"regexp"
	"testing"
	"time"

	"plinth/toolchain/plugins/property"
)

func startOnline(t *testing.T, more map[string]string) (*plugin, *cluster) {
	t.Helper()
	c := theCluster(t)
	config := map[string]string{"kubeconfig": c.kubeconfig()}
	maps.Copy(config, more)
	return start(t, "kubernetes", config), c
}

func namespaced(inputs props, namespace string) props {
	return with(inputs, namespace, "metadata", "namespace")
}

func TestKubernetesCreateStoresTheLiveObjectAndItsInputs(t *testing.T) {
	p, c := startOnline(t, nil)
	ns := c.namespace(t)
	r := p.resource(tokenConfigMap, "settings")
	r.create(namespaced(configMap("c", props{"a": "1"}), ns))
	if r.id != ns+"/c" {
		t.Errorf("want namespace/name as id, got %q", r.id)
	}
	if str(at(r.state, "metadata", "uid")) == "" || at(r.state, "metadata", "managedFields") == nil {
		t.Error("want the whole live object with its managed fields")
	}
	if at(r.state, "__inputs", "data", "a") != "1" || r.state["__initialApiVersion"] != "v1" {
		t.Errorf("want the inputs kept, got %v", r.state)
	}
	if manager := str(r.state["__fieldManager"]); !regexp.MustCompile(`^pulumi-kubernetes-[0-9a-f]{8}$`).MatchString(manager) {
		t.Errorf("field manager: %q", manager)
	}
	if diff := r.diff(namespaced(configMap("c", props{"a": "1"}), ns)); len(changes(diff)) > 0 {
		t.Errorf("want no change, got %v", changes(diff))
	}
	must(t, r.delete())
	if !c.absent("/api/v1/namespaces/" + ns + "/configmaps/c") {
		t.Error("deleted means gone")
	}
	must(t, r.delete())
	must(t, r.refresh())
	if r.id != "" {
		t.Errorf("an object that is gone has no id, got %q", r.id)
	}
}

func TestKubernetesSecretDataIsSecretEverywhere(t *testing.T) {
	p, c := startOnline(t, nil)
	r := p.resource(tokenSecret, "s")
	inputs := namespaced(props{
		"apiVersion": "v1", "kind": "Secret", "metadata": props{"name": "s"}, "stringData": secret(props{"k": "v"}),
	}, c.namespace(t))
	r.create(inputs)
	for place, data := range map[string]any{
		"live": r.state["data"], "__inputs": at(r.state, "__inputs", "data"), "inputs": r.inputs["data"],
	} {
		if !isSecret(data) || at(data, "k") != "dg==" {
			t.Errorf("%s: want secret data, got %v", place, data)
		}
	}
	if diff := r.diff(inputs); len(changes(diff)) > 0 {
		t.Errorf("want no change, got %v", changes(diff))
	}
	must(t, r.refresh())
	if !isSecret(r.state["data"]) || !isSecret(r.inputs["data"]) {
		t.Error("a refresh must keep the data secret")
	}
}

func TestKubernetesSecretInputsStaySecretInTheirPlace(t *testing.T) {
	p, c := startOnline(t, nil)
	r := p.resource(tokenConfigMap, "c")
	r.create(namespaced(configMap("c", props{"open": "1", "hidden": secret("2")}), c.namespace(t)))
	if isSecret(r.state["data"]) || isSecret(at(r.state, "data", "open")) || !isSecret(r.state["data"].(props)["hidden"]) {
		t.Errorf("want one key secret, got %v", r.state["data"])
	}
}

func TestKubernetesExistingObjectIsAdoptedOnlyOnDemand(t *testing.T) {
	p, c := startOnline(t, nil)
	ns := c.namespace(t)
	first := p.resource(tokenConfigMap, "c")
	inputs := namespaced(configMap("c", props{"a": "1"}), ns)
	first.create(inputs)
	second := p.resource(tokenConfigMap, "again")
	mustFail(t, second.tryCreate(inputs), "already exists")

	upserting, _ := startOnline(t, map[string]string{"upsertExistingObjects": "true", "enablePatchForce": "true"})
	third := upserting.resource(tokenConfigMap, "again")
	third.create(namespaced(configMap("c", props{"a": "2"}), ns))
	if at(c.get(t, "/api/v1/namespaces/"+ns+"/configmaps/c"), "data", "a") != "2" {
		t.Error("the create must have updated the object")
	}
}

func TestKubernetesRepeatedCreateConvergesWithUpsert(t *testing.T) {
	// What a run after kill -9 does: the object exists, the state knows nothing.
	p, c := startOnline(t, map[string]string{"upsertExistingObjects": "true"})
	inputs := namespaced(configMap("c", props{"a": "1"}), c.namespace(t))
	p.resource(tokenConfigMap, "c").create(inputs)
	p.resource(tokenConfigMap, "c").create(inputs)
}

func TestKubernetesUpdateTakesAwayWhatLeftTheInputs(t *testing.T) {
	for name, config := range map[string]map[string]string{"posted": nil, "applied": {"upsertExistingObjects": "true"}} {
		t.Run(name, func(t *testing.T) {
			p, c := startOnline(t, config)
			ns := c.namespace(t)
			r := p.resource(tokenConfigMap, "c")
			labelled := func(labels props) props {
				return namespaced(with(configMap("c", nil), labels, "metadata", "labels"), ns)
			}
			r.create(labelled(props{"a": "1", "b": "2"}))
			if diff := r.diff(labelled(props{"a": "1"})); !maps.Equal(changes(diff), map[string]string{"metadata.labels.b": "delete"}) {
				t.Errorf("got %v", changes(diff))
			}
			manager := r.state["__fieldManager"]
			must(t, r.tryUpdate(labelled(props{"a": "1"})))
			labels := at(c.get(t, "/api/v1/namespaces/"+ns+"/configmaps/c"), "metadata", "labels").(props)
			if _, there := labels["b"]; there || labels["a"] != "1" {
				t.Errorf("want only the label a, got %v", labels)
			}
			if r.state["__fieldManager"] != manager {
				t.Error("the field manager must stay the same")
			}
			if diff := r.diff(labelled(props{"a": "1"})); len(changes(diff)) > 0 {
				t.Errorf("want no change after the update, got %v", changes(diff))
			}
			must(t, r.delete())
		})
	}
}

func TestKubernetesConflictNeedsForce(t *testing.T) {
	p, c := startOnline(t, map[string]string{"enableConfigMapMutable": "true"})
	ns := c.namespace(t)
	r := p.resource(tokenConfigMap, "c")
	r.create(namespaced(configMap("c", props{"a": "1"}), ns))
	must(t, r.tryUpdate(namespaced(configMap("c", props{"a": "2"}), ns)))
	c.patch(t, "/api/v1/namespaces/"+ns+"/configmaps/c", `{"data":{"a":"theirs"}}`)

	err := r.tryUpdate(namespaced(configMap("c", props{"a": "3"}), ns))
	mustFail(t, err, "Apply failed with 1 conflict", `conflict with "somebody"`, ".data.a")
	if diff := r.diff(namespaced(configMap("c", props{"a": "3"}), ns)); len(changes(diff)) == 0 {
		t.Error("after a refused update the next run must try again")
	}
	forced := with(namespaced(configMap("c", props{"a": "3"}), ns), props{"pulumi.com/patchForce": "true"}, "metadata", "annotations")
	must(t, r.tryUpdate(forced))
	if at(c.get(t, "/api/v1/namespaces/"+ns+"/configmaps/c"), "data", "a") != "3" {
		t.Error("a forced update must win")
	}
}

func TestKubernetesIgnoredChangesAreLeftToTheirOwner(t *testing.T) {
	p, c := startOnline(t, nil)
	ns := c.namespace(t)
	skip := with(workload("Deployment", nil), props{"pulumi.com/skipAwait": "true"}, "metadata", "annotations")
	r := p.resource(tokenDeployment, "w")
	r.ignore = []string{"spec.replicas"}
	r.create(namespaced(skip, ns))
	c.patch(t, "/apis/apps/v1/namespaces/"+ns+"/deployments/w", `{"spec":{"replicas":5}}`)
	changed := with(with(namespaced(skip, ns), 3.0, "spec", "replicas"), 7.0, "spec", "revisionHistoryLimit")
	if diff := r.diff(changed); !maps.Equal(changes(diff), map[string]string{"spec.revisionHistoryLimit": "add"}) {
		t.Errorf("got %v", changes(diff))
	}
	must(t, r.tryUpdate(changed))
	spec := at(c.get(t, "/apis/apps/v1/namespaces/"+ns+"/deployments/w"), "spec")
	if at(spec, "replicas") != 5.0 || at(spec, "revisionHistoryLimit") != 7.0 {
		t.Errorf("want 5 replicas kept and the rest applied, got %v", spec)
	}
}

func TestKubernetesRefreshShowsDriftOfManagedFieldsOnly(t *testing.T) {
	p, c := startOnline(t, map[string]string{"enableConfigMapMutable": "true"})
	ns := c.namespace(t)
	r := p.resource(tokenConfigMap, "c")
	inputs := namespaced(configMap("c", props{"a": "1"}), ns)
	r.create(inputs)
	c.patch(t, "/api/v1/namespaces/"+ns+"/configmaps/c", `{"data":{"a":"drift","other":"x"},"metadata":{"labels":{"l":"m"}}}`)
	if diff := r.diff(inputs); len(changes(diff)) > 0 {
		t.Errorf("without a refresh nobody looks, got %v", changes(diff))
	}
	must(t, r.refresh())
	if at(r.inputs, "data", "a") != "drift" || at(r.inputs, "data", "other") != nil {
		t.Errorf("want the live values of the managed fields, got %v", r.inputs["data"])
	}
	if diff := r.diff(inputs); !maps.Equal(changes(diff), map[string]string{"data.a": "update"}) {
		t.Errorf("want the drift shown, got %v", changes(diff))
	}
}

func TestKubernetesImportReadsAllThatAProgramMaySet(t *testing.T) {
	p, c := startOnline(t, nil)
	ns := c.namespace(t)
	c.post(t, "/api/v1/namespaces/"+ns+"/configmaps", props{"metadata": props{"name": "c"}, "data": props{"a": "1"}})
	r := p.resource(tokenConfigMap, "c")
	r.id = ns + "/c"
	must(t, r.refresh())
	if at(r.inputs, "data", "a") != "1" || at(r.inputs, "metadata", "uid") != nil || at(r.state, "metadata", "uid") == nil {
		t.Errorf("got inputs %v", r.inputs)
	}
}

func TestKubernetesPreviewAsksTheServer(t *testing.T) {
	p, c := startOnline(t, nil)
	ns := c.namespace(t)
	r := p.resource(tokenService, "s")
	service := namespaced(props{
		"apiVersion": "v1", "kind": "Service", "metadata": props{"name": "s"},
		"spec": props{"ports": []any{props{"port": 80.0}}},
	}, ns)
	preview := r.previewCreate(service)
	if at(preview, "spec", "sessionAffinity") != "None" {
		t.Errorf("want the server's defaults, got %v", preview["spec"])
	}
	if !c.absent("/api/v1/namespaces/" + ns + "/services/s") {
		t.Error("a preview created the object")
	}
	later := r.previewCreate(namespaced(configMap("c", nil), "not-yet"))
	if at(later, "metadata", "name") != "c" {
		t.Errorf("without its namespace a preview returns the inputs, got %v", later)
	}
	unknown := r.previewCreate(with(service, property.Unknown{}, "spec", "clusterIP"))
	if !isUnknown(at(unknown, "spec", "clusterIP")) {
		t.Errorf("unknowns stay unknown, got %v", unknown)
	}
	r.create(service)
	updated, err := r.previewUpdate(with(service, "ClientIP", "spec", "sessionAffinity"))
	must(t, err)
	if at(updated, "spec", "sessionAffinityConfig", "clientIP", "timeoutSeconds") != 10800.0 {
		t.Errorf("want the server's defaults for the change, got %v", updated["spec"])
	}
	// Until the first update the create owns the ports: the server cannot yet
	// tell that 80 goes when 81 comes.
	if _, err := r.previewUpdate(with(service, []any{props{"port": 81.0}}, "spec", "ports")); err != nil {
		t.Errorf("want a preview of another port, got %v", err)
	}
	if port := at(c.get(t, "/api/v1/namespaces/"+ns+"/services/s"), "spec", "ports").([]any)[0].(props)["port"]; port != 80.0 {
		t.Errorf("a preview changed the object: %v", port)
	}
}

func TestKubernetesCustomResourceWaitsForItsDefinition(t *testing.T) {
	p, c := startOnline(t, nil)
	ns := c.namespace(t)
	foo := p.resource("kubernetes:example.com/v1:Foo", "foo")
	inputs := namespaced(props{
		"apiVersion": "example.com/v1", "kind": "Foo", "metadata": props{"name": "foo"}, "spec": props{"size": 3.0, "note": "x"},
	}, ns)
	if preview := foo.previewCreate(inputs); at(preview, "spec", "size") != 3.0 {
		t.Errorf("an unknown kind previews as its inputs, got %v", preview)
	}
	crd := p.resource(tokenCRD, "crd")
	created := make(chan error)
	go func() { created <- foo.tryCreate(inputs) }()
	time.Sleep(300 * time.Millisecond)
	crd.create(fooDefinition)
	must(t, <-created)

	if diff := foo.diff(with(inputs, 4.0, "spec", "size")); !maps.Equal(changes(diff), map[string]string{"spec.size": "update"}) {
		t.Errorf("got %v", changes(diff))
	}
	without := with(inputs, props{"size": 4.0}, "spec")
	must(t, foo.tryUpdate(without))
	spec := at(c.get(t, "/apis/example.com/v1/namespaces/"+ns+"/foos/foo"), "spec").(props)
	if !maps.Equal(spec, props{"size": 4.0}) {
		t.Errorf("got %v", spec)
	}
	short := with(fooDefinition, []any{"f"}, "spec", "names", "shortNames")
	must(t, crd.tryUpdate(short))
	if diff := crd.diff(short); len(changes(diff)) > 0 {
		t.Errorf("want no change, got %v", changes(diff))
	}
	must(t, crd.delete())
	must(t, foo.refresh())
	if foo.id != "" {
		t.Error("without its definition a custom resource is gone")
	}
}

func TestKubernetesDeletionWaitsForFinalizers(t *testing.T) {
	p, c := startOnline(t, nil)
	ns := c.namespace(t)
	r := p.resource(tokenConfigMap, "c")
	inputs := namespaced(configMap("c", nil), ns)
	inputs["metadata"].(props)["finalizers"] = []any{"example.com/hold"}
	r.create(inputs)
	r.timeout = 1
	err := r.delete()
	mustFail(t, err, "example.com/hold")
	if initFailure(err) == nil {
		t.Error("the object is still there: want a partial state")
	}
	r.timeout = 60
	done := make(chan error)
	go func() { done <- r.delete() }()
	time.Sleep(500 * time.Millisecond)
	c.patch(t, "/api/v1/namespaces/"+ns+"/configmaps/c", `{"metadata":{"finalizers":null}}`)
	must(t, <-done)
}

func TestKubernetesDeletesNamespacesWithAllThatIsInThem(t *testing.T) {
	p, c := startOnline(t, nil)
	r := p.resource(tokenNamespace, "n")
	r.create(props{"apiVersion": "v1", "kind": "Namespace", "metadata": props{"name": "to-be-emptied"}})
	c.post(t, "/api/v1/namespaces/to-be-emptied/configmaps", props{"metadata": props{"name": "c"}})
	must(t, r.delete())
	if !c.absent("/api/v1/namespaces/to-be-emptied") {
		t.Error("the namespace is still there")
	}
}

func TestKubernetesPatchOwnsItsFieldsAndNoLife(t *testing.T) {
	p, c := startOnline(t, nil)
	c.post(t, "/api/v1/nodes", props{"metadata": props{"name": "n1", "labels": props{"theirs": "1"}}})
	labels := func() props { return at(c.get(t, "/api/v1/nodes/n1"), "metadata", "labels").(props) }
	patch := func(labels props) props {
		return props{"apiVersion": "v1", "kind": "Node", "metadata": props{"name": "n1", "labels": labels}}
	}
	r := p.resource("kubernetes:core/v1:NodePatch", "n1-labels")
	if preview := r.previewCreate(patch(props{"ours": "1"})); at(preview, "metadata", "labels", "ours") != "1" {
		t.Errorf("got %v", preview)
	}
	r.create(patch(props{"ours": "1", "more": "2"}))
	if got := labels(); !maps.Equal(got, props{"theirs": "1", "ours": "1", "more": "2"}) {
		t.Errorf("after the create: %v", got)
	}
	if diff := r.diff(patch(props{"ours": "1", "more": "2"})); len(changes(diff)) > 0 {
		t.Errorf("want no change, got %v", changes(diff))
	}
	must(t, r.tryUpdate(patch(props{"ours": "3"})))
	if got := labels(); !maps.Equal(got, props{"theirs": "1", "ours": "3"}) {
		t.Errorf("after the update: %v", got)
	}
	must(t, r.delete())
	if got := labels(); !maps.Equal(got, props{"theirs": "1"}) {
		t.Errorf("after the delete: %v", got)
	}
	again := p.resource("kubernetes:core/v1:NodePatch", "again")
	again.create(patch(props{"ours": "1"}))
	_, err := c.request("DELETE", "/api/v1/nodes/n1", "", "")
	must(t, err)
	must(t, again.delete())
	if !c.absent("/api/v1/nodes/n1") {
		t.Error("giving up a patch made the object anew")
	}
}

func TestKubernetesServerRefusalIsAnError(t *testing.T) {
	p, c := startOnline(t, nil)
	r := p.resource(tokenService, "s")
	err := r.tryCreate(namespaced(props{
		"apiVersion": "v1", "kind": "Service", "metadata": props{"name": "s"}, "spec": props{"ports": []any{props{"port": 0.0}}},
	}, c.namespace(t)))
	mustFail(t, err, "not successfully created", "port")
	if initFailure(err) != nil || r.id != "" {
		t.Error("nothing was created, so nothing may be kept")
	}
}
