package main_test

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"
	"time"
)

// readyCase is a kind, a status that is not ready, and one that is.
type readyCase struct {
	token   string
	inputs  props
	path    string // of the object below its namespace, %s
	waiting string // merge patches of the status
	ready   string
	reason  string // in the error of a wait in vain
}

func conditionsJSON(pairs ...string) string {
	var conditions []props
	for i := 0; i < len(pairs); i += 3 {
		conditions = append(conditions, props{
			"type": pairs[i], "status": pairs[i+1], "reason": pairs[i+2], "message": "because",
			"lastTransitionTime": "2026-01-01T00:00:00Z",
		})
	}
	text, _ := json.Marshal(conditions)
	return string(text)
}

func workload(kind string, spec props) props {
	inputs := with(deployment("w", nil), kind, "kind")
	for key, value := range spec {
		inputs = with(inputs, value, "spec", key)
	}
	return inputs
}

func readyCases() map[string]readyCase {
	daemonSet := workload("DaemonSet", nil)
	spec := maps.Clone(daemonSet["spec"].(props))
	delete(spec, "replicas")
	daemonSet["spec"] = spec
	return map[string]readyCase{
		"Deployment": {
			tokenDeployment, workload("Deployment", props{"replicas": 2.0}), "/apis/apps/v1/namespaces/%s/deployments/w",
			`{"status":{"observedGeneration":1,"replicas":2,"updatedReplicas":2,"unavailableReplicas":2,"conditions":` +
				conditionsJSON("Progressing", "True", "ReplicaSetUpdated", "Available", "False", "MinimumReplicasUnavailable") + `}}`,
			`{"status":{"observedGeneration":1,"replicas":2,"updatedReplicas":2,"readyReplicas":2,"availableReplicas":2,"unavailableReplicas":0,"conditions":` +
				conditionsJSON("Progressing", "True", "NewReplicaSetAvailable", "Available", "True", "MinimumReplicasAvailable") + `}}`,
			"ReplicaSetUpdated",
		},
		"DaemonSet": {
			"kubernetes:apps/v1:DaemonSet", daemonSet, "/apis/apps/v1/namespaces/%s/daemonsets/w",
			`{"status":{"observedGeneration":1,"desiredNumberScheduled":2,"currentNumberScheduled":2,"updatedNumberScheduled":2,"numberReady":1,"numberAvailable":1,"numberMisscheduled":0}}`,
			`{"status":{"observedGeneration":1,"desiredNumberScheduled":2,"currentNumberScheduled":2,"updatedNumberScheduled":2,"numberReady":2,"numberAvailable":2,"numberMisscheduled":0}}`,
			"1 available, 2 desired",
		},
		"StatefulSet": {
			"kubernetes:apps/v1:StatefulSet", workload("StatefulSet", props{"serviceName": "s"}), "/apis/apps/v1/namespaces/%s/statefulsets/w",
			`{"status":{"observedGeneration":1,"replicas":1,"readyReplicas":0,"currentReplicas":1,"currentRevision":"r1","updateRevision":"r1"}}`,
			`{"status":{"observedGeneration":1,"replicas":1,"readyReplicas":1,"currentReplicas":1,"currentRevision":"r1","updateRevision":"r1"}}`,
			"0/1 Pods ready",
		},
		"Pod": {
			"kubernetes:core/v1:Pod", with(pod("a"), "w", "metadata", "name"), "/api/v1/namespaces/%s/pods/w",
			`{"status":{"phase":"Running","conditions":` + conditionsJSON("Ready", "False", "ContainersNotReady") + `,"containerStatuses":[{"name":"c","image":"a","imageID":"","ready":false,"restartCount":0,"state":{"waiting":{"reason":"ImagePullBackOff","message":"no such image"}}}]}}`,
			`{"status":{"phase":"Running","conditions":` + conditionsJSON("Ready", "True", "") + `,"containerStatuses":[{"name":"c","image":"a","imageID":"","ready":true,"restartCount":0,"state":{"running":{}}}]}}`,
			"ImagePullBackOff",
		},
		"Ingress": {
			"kubernetes:networking.k8s.io/v1:Ingress", props{
				"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": props{"name": "w"},
				"spec": props{"rules": []any{props{"host": "a.example.com"}}},
			}, "/apis/networking.k8s.io/v1/namespaces/%s/ingresses/w",
			`{"status":{"loadBalancer":{}}}`, `{"status":{"loadBalancer":{"ingress":[{"ip":"10.0.0.1"}]}}}`,
			".status.loadBalancer",
		},
		"PersistentVolumeClaim": {
			"kubernetes:core/v1:PersistentVolumeClaim", props{
				"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": props{"name": "w"},
				"spec": props{"accessModes": []any{"ReadWriteOnce"}, "resources": props{"requests": props{"storage": "1Gi"}}},
			}, "/api/v1/namespaces/%s/persistentvolumeclaims/w",
			`{"status":{"phase":"Pending"}}`, `{"status":{"phase":"Bound"}}`, "Pending",
		},
		"Service with a load balancer": {
			tokenService, props{
				"apiVersion": "v1", "kind": "Service", "metadata": props{"name": "w"},
				"spec": props{"type": "LoadBalancer", "ports": []any{props{"port": 80.0}}},
			}, "/api/v1/namespaces/%s/services/w",
			`{"status":{"loadBalancer":{}}}`, `{"status":{"loadBalancer":{"ingress":[{"ip":"10.0.0.1"}]}}}`,
			"IP address",
		},
		"ResourceQuota": {
			"kubernetes:core/v1:ResourceQuota", props{
				"apiVersion": "v1", "kind": "ResourceQuota", "metadata": props{"name": "w"}, "spec": props{"hard": props{"pods": "7"}},
			}, "/api/v1/namespaces/%s/resourcequotas/w",
			`{"status":{"hard":{"pods":"6"}}}`, `{"status":{"hard":{"pods":"7"}}}`, "ResourceQuota",
		},
	}
}

func TestKubernetesAwaitsReadiness(t *testing.T) {
	for name, test := range readyCases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, c := startOnline(t, nil)
			ns := c.namespace(t)
			path := strings.Replace(test.path, "%s", ns, 1)
			r := p.resource(test.token, "w")
			done := make(chan error)
			go func() { done <- r.tryCreate(namespaced(test.inputs, ns)) }()
			eventually(t, "the object exists", func() bool { return !c.absent(path) })
			c.patch(t, path+"/status", test.waiting)
			select {
			case err := <-done:
				t.Fatalf("the create must wait, ended with: %v", err)
			case <-time.After(1500 * time.Millisecond):
			}
			c.patch(t, path+"/status", test.ready)
			select {
			case err := <-done:
				must(t, err)
			case <-time.After(20 * time.Second):
				t.Fatal("the create must end once the object is ready")
			}
			if r.id != ns+"/w" || at(r.state, "status") == nil {
				t.Errorf("want the state of the ready object, got %q %v", r.id, r.state["status"])
			}
		})
	}
}

func TestKubernetesWaitInVainKeepsTheObjectAndSaysWhy(t *testing.T) {
	for name, test := range readyCases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, c := startOnline(t, nil)
			ns := c.namespace(t)
			path := strings.Replace(test.path, "%s", ns, 1)
			r := p.resource(test.token, "w")
			r.timeout = 2
			done := make(chan error)
			go func() { done <- r.tryCreate(namespaced(test.inputs, ns)) }()
			eventually(t, "the object exists", func() bool { return !c.absent(path) })
			c.patch(t, path+"/status", test.waiting)
			err := <-done
			mustFail(t, err, test.reason)
			if partial := initFailure(err); partial == nil || r.id != ns+"/w" || len(partial.GetReasons()) == 0 {
				t.Errorf("want the object kept with its reasons, got %v", err)
			}
		})
	}
}

func TestKubernetesFailedJobEndsTheWait(t *testing.T) {
	p, c := startOnline(t, nil)
	ns := c.namespace(t)
	r := p.resource("kubernetes:batch/v1:Job", "j")
	done := make(chan error)
	go func() {
		done <- r.tryCreate(namespaced(props{
			"apiVersion": "batch/v1", "kind": "Job", "metadata": props{"name": "j"},
			"spec": props{"template": props{"spec": props{"restartPolicy": "Never", "containers": []any{props{"name": "c", "image": "a"}}}}},
		}, ns))
	}()
	path := "/apis/batch/v1/namespaces/" + ns + "/jobs/j"
	eventually(t, "the object exists", func() bool { return !c.absent(path) })
	c.patch(t, path+"/status", `{"status":{"startTime":"2026-01-01T00:00:00Z","conditions":`+
		conditionsJSON("FailureTarget", "True", "BackoffLimitExceeded", "Failed", "True", "BackoffLimitExceeded")+`}}`)
	err := <-done
	mustFail(t, err, "BackoffLimitExceeded")
	if initFailure(err) == nil {
		t.Error("the failed job exists: want it kept")
	}
}

func TestKubernetesServiceWaitsForItsPods(t *testing.T) {
	p, c := startOnline(t, nil)
	ns := c.namespace(t)
	service := func(name string, spec props) props {
		return namespaced(props{"apiVersion": "v1", "kind": "Service", "metadata": props{"name": name}, "spec": spec}, ns)
	}
	ports := []any{props{"port": 80.0}}
	for name, spec := range map[string]props{
		"headless": {"clusterIP": "None", "selector": props{"a": "b"}, "ports": ports},
		"external": {"type": "ExternalName", "externalName": "example.com"},
		"manual":   {"ports": ports},
	} {
		p.resource(tokenService, name).create(service(name, spec))
	}
	r := p.resource(tokenService, "s")
	done := make(chan error)
	go func() { done <- r.tryCreate(service("s", props{"selector": props{"a": "b"}, "ports": ports})) }()
	eventually(t, "the object exists", func() bool { return !c.absent("/api/v1/namespaces/" + ns + "/services/s") })
	select {
	case err := <-done:
		t.Fatalf("the create must wait for pods, ended with: %v", err)
	case <-time.After(time.Second):
	}
	c.post(t, "/api/v1/namespaces/"+ns+"/endpoints", props{
		"metadata": props{"name": "s"}, "subsets": []any{props{"addresses": []any{props{"ip": "10.0.0.9"}}, "ports": ports}},
	})
	c.post(t, "/apis/discovery.k8s.io/v1/namespaces/"+ns+"/endpointslices", props{
		"metadata":    props{"name": "s-1", "labels": props{"kubernetes.io/service-name": "s"}},
		"addressType": "IPv4", "endpoints": []any{props{"addresses": []any{"10.0.0.9"}, "conditions": props{"ready": true}}},
	})
	select {
	case err := <-done:
		must(t, err)
	case <-time.After(30 * time.Second):
		t.Fatal("the create must end once a pod is ready")
	}
}

func TestKubernetesSkipAwait(t *testing.T) {
	p, c := startOnline(t, nil)
	r := p.resource(tokenDeployment, "w")
	r.create(namespaced(with(workload("Deployment", nil), props{"pulumi.com/skipAwait": "true"}, "metadata", "annotations"), c.namespace(t)))
	must(t, r.refresh())
}

func TestKubernetesRefreshReportsWhatIsNotReady(t *testing.T) {
	p, c := startOnline(t, nil)
	ns := c.namespace(t)
	test := readyCases()["Deployment"]
	inputs := namespaced(test.inputs, ns)
	r := p.resource(tokenDeployment, "w")
	r.timeout = 1
	mustFail(t, r.tryCreate(inputs), "timed out")
	path := strings.Replace(test.path, "%s", ns, 1)
	c.patch(t, path+"/status", test.waiting)
	err := r.refresh()
	mustFail(t, err, "ReplicaSetUpdated")
	if partial := initFailure(err); partial == nil || partial.GetInputs() == nil {
		t.Errorf("want the state and inputs in the error, got %v", err)
	}
	c.patch(t, path+"/status", test.ready)
	must(t, r.refresh())
}

func TestKubernetesUpdateWaitsForTheNewGeneration(t *testing.T) {
	p, c := startOnline(t, nil)
	ns := c.namespace(t)
	test := readyCases()["Deployment"]
	path := strings.Replace(test.path, "%s", ns, 1)
	r := p.resource(tokenDeployment, "w")
	r.timeout = 1
	mustFail(t, r.tryCreate(namespaced(test.inputs, ns)), "timed out")
	c.patch(t, path+"/status", test.ready)
	// The status says ready, but of the first generation.
	err := r.tryUpdate(namespaced(with(test.inputs, 3.0, "spec", "replicas"), ns))
	mustFail(t, err, "timed out")
	if at(r.state, "spec", "replicas") != 3.0 || at(r.state, "__inputs", "spec", "replicas") != 3.0 {
		t.Error("the change was made: want it kept in the state")
	}
}
