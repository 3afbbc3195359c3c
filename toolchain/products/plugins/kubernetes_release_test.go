package main_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/pem"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"plinth/toolchain/plugins/property"
)

const tokenRelease = "kubernetes:helm.sh/v3:Release"

// chartFiles are a chart of one ConfigMap with the greeting of the values, and
// on demand a Deployment, which nothing here ever makes ready.
func chartFiles(version string) map[string]string {
	return map[string]string{
		"Chart.yaml":  "apiVersion: v2\nname: greeter\nversion: " + version + "\nappVersion: a" + version + "\n",
		"values.yaml": "greeting: hello\nworkload: false\nauth: {}\n",
		"templates/settings.yaml": `apiVersion: v1
kind: ConfigMap
metadata: {name: "{{ .Release.Name }}-settings"}
data: {greeting: "{{ .Values.greeting }}", chart: "` + version + `"}
`,
		"templates/workload.yaml": `{{ if .Values.workload }}
apiVersion: apps/v1
kind: Deployment
metadata: {name: "{{ .Release.Name }}"}
spec:
  selector: {matchLabels: {app: greeter}}
  template:
    metadata: {labels: {app: greeter}}
    spec: {containers: [{name: c, image: a}]}
{{ end }}`,
	}
}

// chartFolder writes a chart of a version.
func chartFolder(t *testing.T, version string) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "greeter")
	for name, text := range chartFiles(version) {
		path := filepath.Join(folder, name)
		must(t, os.MkdirAll(filepath.Dir(path), 0o755))
		must(t, os.WriteFile(path, []byte(text), 0o644))
	}
	return folder
}

// chartArchive packs a chart of a version.
func chartArchive(t *testing.T, version string) []byte {
	t.Helper()
	var packed bytes.Buffer
	zipped := gzip.NewWriter(&packed)
	archive := tar.NewWriter(zipped)
	for name, text := range chartFiles(version) {
		must(t, archive.WriteHeader(&tar.Header{Name: "greeter/" + name, Mode: 0o644, Size: int64(len(text))}))
		_, err := io.WriteString(archive, text)
		must(t, err)
	}
	must(t, archive.Close())
	must(t, zipped.Close())
	return packed.Bytes()
}

// privateRepository serves versions of the chart to the user u with the password pw.
func privateRepository(t *testing.T, versions ...string) string {
	t.Helper()
	var index strings.Builder
	index.WriteString("apiVersion: v1\nentries:\n  greeter:\n")
	archives := map[string][]byte{}
	for _, version := range versions {
		path := "greeter-" + version + ".tgz"
		fmt.Fprintf(&index, "  - {apiVersion: v2, name: greeter, version: %s, urls: [%s]}\n", version, path)
		archives["/"+path] = chartArchive(t, version)
	}
	archives["/index.yaml"] = []byte(index.String())
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		content, ok := archives[r.URL.Path]
		switch {
		case user != "u" || password != "pw":
			w.WriteHeader(http.StatusUnauthorized)
		case !ok:
			w.WriteHeader(http.StatusNotFound)
		default:
			_, _ = w.Write(content)
		}
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func greeter(chart, namespace string, values props) props {
	return props{
		"chart": chart, "name": "g", "namespace": namespace, "atomic": true, "timeout": 5.0, "values": values,
	}
}

func (c *cluster) greeting(t *testing.T, namespace string) string {
	t.Helper()
	data := at(c.get(t, "/api/v1/namespaces/"+namespace+"/configmaps/g-settings"), "data")
	return fmt.Sprint(at(data, "greeting"), " from ", at(data, "chart"))
}

func TestKubernetesReleaseIsInstalledUpgradedAndTakenAway(t *testing.T) {
	p, c := startOnline(t, nil)
	ns := c.namespace(t)
	r := p.resource(tokenRelease, "greeter")
	r.create(greeter(chartFolder(t, "1.0.0"), ns, props{"greeting": "hi"}))
	if r.id != ns+"/g" || c.greeting(t, ns) != "hi from 1.0.0" {
		t.Errorf("want %s/g that says hi, got %q that says %q", ns, r.id, c.greeting(t, ns))
	}
	if at(r.state, "status", "status") != "deployed" || at(r.state, "status", "revision") != 1.0 {
		t.Errorf("want what Helm says of it, got %v", r.state["status"])
	}
	names, _ := at(r.state, "resourceNames", "ConfigMap/v1").([]any)
	if len(names) != 1 || names[0] != "g-settings" {
		t.Errorf("want the names of its objects, got %v", r.state["resourceNames"])
	}

	same := greeter(str(r.inputs["chart"]), ns, props{"greeting": "hi"})
	if diff := r.diff(same); len(changes(diff)) > 0 {
		t.Errorf("want no change, got %v", changes(diff))
	}
	if diff := changes(r.diff(greeter(str(r.inputs["chart"]), ns, props{"greeting": "hi", "auth": nil}))); diff["values.auth"] != "add" {
		t.Errorf("want a null that takes the chart's own value away, got %v", diff)
	}
	next := greeter(chartFolder(t, "1.1.0"), ns, props{"greeting": "moin"})
	diff := changes(r.diff(next))
	if diff["values.greeting"] != "update" || diff["version"] != "update" {
		t.Errorf("want each changed value named, got %v", diff)
	}
	must(t, r.tryUpdate(next))
	if got := c.greeting(t, ns); got != "moin from 1.1.0" {
		t.Errorf("want the upgrade, got %q", got)
	}

	must(t, r.delete())
	if !c.absent("/api/v1/namespaces/" + ns + "/configmaps/g-settings") {
		t.Error("uninstalled means gone")
	}
	must(t, r.refresh())
	if r.id != "" {
		t.Errorf("a release that is gone has no id, got %q", r.id)
	}
}

func TestKubernetesReleaseHasTheDefaultsOfTheOfficialPlugin(t *testing.T) {
	checked := startOffline(t, nil).resource(tokenRelease, "greeter").checked(
		props{"chart": chartFolder(t, "1.0.0"), "name": "g"})
	defaults := props{"timeout": 300.0, "version": "1.0.0", "namespace": "default", "atomic": false}
	for name, want := range defaults {
		if checked[name] != want {
			t.Errorf("%s: want %v, got %v", name, want, checked[name])
		}
	}
	if len(checked) < 25 {
		t.Errorf("want all inputs, set or not, got %d", len(checked))
	}
}

func TestKubernetesReleaseInPreviewKnowsItsInputsAlone(t *testing.T) {
	inputs := greeter(chartFolder(t, "1.0.0"), "n", props{"greeting": property.Unknown{}, "workload": false})
	state := startOffline(t, nil).resource(tokenRelease, "greeter").previewCreate(inputs)
	if !isUnknown(state["status"]) || !isUnknown(at(state, "values", "greeting")) {
		t.Errorf("want unknown what only Helm can tell, got %v", state)
	}
	if at(state, "values", "workload") != false {
		t.Errorf("want known what is known, got %v", state["values"])
	}
}

func TestKubernetesReleaseReplacesWhereItWouldMove(t *testing.T) {
	p, c := startOnline(t, nil)
	ns := c.namespace(t)
	r := p.resource(tokenRelease, "greeter")
	inputs := greeter(chartFolder(t, "1.0.0"), ns, props{})
	r.create(inputs)
	moved := maps.Clone(inputs)
	moved["namespace"] = "elsewhere"
	if got := changes(r.diff(moved)); got["namespace"] != "update_replace" {
		t.Errorf("want a replacement, got %v", got)
	}
}

func TestKubernetesAtomicReleaseThatFailsIsRolledBackAndTriedAgain(t *testing.T) {
	p, c := startOnline(t, nil)
	ns := c.namespace(t)
	r := p.resource(tokenRelease, "greeter")
	chart := chartFolder(t, "1.0.0")
	r.create(greeter(chart, ns, props{"greeting": "hi"}))
	never := greeter(chart, ns, props{"greeting": "moin", "workload": true})
	never["timeout"] = 2.0
	mustFail(t, r.tryUpdate(never), ns+"/g", "rolled back due to atomic")
	if got := c.greeting(t, ns); got != "hi from 1.0.0" {
		t.Errorf("want what was there before, got %q", got)
	}
	must(t, r.refresh())
	if got := changes(r.diff(never)); got["values.greeting"] != "update" {
		t.Errorf("want another try, got %v", got)
	}
	must(t, r.tryUpdate(greeter(chart, ns, props{"greeting": "servus"})))
	if got := c.greeting(t, ns); got != "servus from 1.0.0" {
		t.Errorf("want the next upgrade, got %q", got)
	}
}

func TestKubernetesAtomicReleaseThatNeverStandsLeavesNothing(t *testing.T) {
	p, c := startOnline(t, nil)
	ns := c.namespace(t)
	r := p.resource(tokenRelease, "greeter")
	never := greeter(chartFolder(t, "1.0.0"), ns, props{"workload": true})
	never["timeout"] = 2.0
	err := r.tryCreate(never)
	mustFail(t, err, "release g failed", "uninstalled due to atomic")
	if initFailure(err) != nil || !c.absent("/api/v1/namespaces/"+ns+"/configmaps/g-settings") {
		t.Error("want neither objects nor a state")
	}
}

func TestKubernetesReleaseChangedByHelmAloneIsSeen(t *testing.T) {
	p, c := startOnline(t, nil)
	ns := c.namespace(t)
	chart := chartFolder(t, "1.0.0")
	r, other := p.resource(tokenRelease, "greeter"), p.resource(tokenRelease, "somebody")
	r.create(greeter(chart, ns, props{"greeting": "hi"}))
	other.id, other.inputs, other.state = r.id, r.inputs, r.state
	must(t, other.tryUpdate(greeter(chartFolder(t, "1.1.0"), ns, props{"greeting": "moin"})))
	must(t, r.refresh())
	want := map[string]string{"values.greeting": "update", "version": "update"}
	if got := changes(r.diff(greeter(chart, ns, props{"greeting": "hi"}))); !maps.Equal(got, want) {
		t.Errorf("want %v, got %v", want, got)
	}
}

func TestKubernetesReleaseKeepsSecretsSecret(t *testing.T) {
	p, c := startOnline(t, nil)
	ns := c.namespace(t)
	r := p.resource(tokenRelease, "greeter")
	chart := chartFolder(t, "1.0.0")
	r.create(greeter(chart, ns, props{"greeting": "hi", "auth": props{"password": secret("pw1")}}))
	must(t, r.refresh())
	for name, bag := range map[string]props{"inputs": r.inputs, "state": r.state} {
		if !isSecret(at(bag, "values", "auth", "password")) || isSecret(at(bag, "values", "greeting")) {
			t.Errorf("%s: want the password secret and no more, got %v", name, bag["values"])
		}
	}
	if !isSecret(r.state["__inputs"]) {
		t.Error("want the inputs that are kept secret as a whole, as the official plugin has them")
	}
	next := greeter(chart, ns, props{"greeting": "hi", "auth": props{"password": secret("pw2")}})
	if got := changes(r.diff(next)); len(got) != 1 || got["values.auth.password"] != "update" {
		t.Errorf("want the secret's place, got %v", got)
	}
}

func TestKubernetesReleaseComesFromAPrivateRepository(t *testing.T) {
	p, c := startOnline(t, nil)
	ns := c.namespace(t)
	address := privateRepository(t, "1.0.0", "1.1.0")
	from := func(version, password string) props {
		inputs := greeter("greeter", ns, props{"greeting": "hi"})
		inputs["version"] = version
		inputs["repositoryOpts"] = props{"repo": address, "username": "u", "password": secret(password)}
		return inputs
	}
	r := p.resource(tokenRelease, "greeter")
	r.create(from("1.0.0", "pw"))
	if got := c.greeting(t, ns); got != "hi from 1.0.0" {
		t.Errorf("want the version that is named, got %q", got)
	}
	if !isSecret(at(r.state, "repositoryOpts", "password")) {
		t.Errorf("want the password secret, got %v", r.state["repositoryOpts"])
	}
	for reason, inputs := range map[string]props{
		"401": from("1.0.0", "wrong"), `chart "greeter" version "9.9.9" not found`: from("9.9.9", "pw"),
	} {
		_, failures := r.check(inputs)
		if len(failures) != 1 || failures[0].GetProperty() != "chart" || !strings.Contains(failures[0].GetReason(), reason) {
			t.Errorf("want one failure of the chart with %q, got %v", reason, failures)
		}
	}
}

// privateRegistry serves a version of the chart as an OCI artifact over TLS, to
// the user u with the password pw; it returns its host and the file of its CA.
func privateRegistry(t *testing.T, version string) (host, caFile string) {
	t.Helper()
	blobs := map[string][]byte{}
	descriptor := func(mediaType string, content []byte) string {
		digest := fmt.Sprintf("sha256:%x", sha256.Sum256(content))
		blobs["blobs/"+digest], blobs["manifests/"+digest] = content, content
		return fmt.Sprintf(`{"mediaType":%q,"digest":%q,"size":%d}`, mediaType, digest, len(content))
	}
	const manifestType = "application/vnd.oci.image.manifest.v1+json"
	config := descriptor("application/vnd.cncf.helm.config.v1+json", []byte(`{"name":"greeter","version":"`+version+`"}`))
	layer := descriptor("application/vnd.cncf.helm.chart.content.v1.tar+gzip", chartArchive(t, version))
	manifest := []byte(fmt.Sprintf(`{"schemaVersion":2,"mediaType":%q,"config":%s,"layers":[%s]}`, manifestType, config, layer))
	descriptor(manifestType, manifest)
	blobs["manifests/"+version] = manifest
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		content, ok := blobs[strings.TrimPrefix(r.URL.Path, "/v2/charts/greeter/")]
		switch {
		case user != "u" || password != "pw":
			w.Header().Set("WWW-Authenticate", `Basic realm="charts"`)
			w.WriteHeader(http.StatusUnauthorized)
		case !ok:
			w.WriteHeader(http.StatusNotFound)
		default:
			if strings.Contains(r.URL.Path, "/manifests/") {
				w.Header().Set("Content-Type", manifestType)
			}
			w.Header().Set("Docker-Content-Digest", fmt.Sprintf("sha256:%x", sha256.Sum256(content)))
			w.Header().Set("Content-Length", fmt.Sprint(len(content)))
			_, _ = w.Write(content)
		}
	}))
	t.Cleanup(server.Close)
	caFile = filepath.Join(t.TempDir(), "ca.pem")
	pem := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	must(t, os.WriteFile(caFile, pem, 0o644))
	return strings.TrimPrefix(server.URL, "https://"), caFile
}

func TestKubernetesReleaseComesFromAPrivateRegistry(t *testing.T) {
	host, caFile := privateRegistry(t, "1.0.0")
	from := func(version, password string) props {
		inputs := greeter("oci://"+host+"/charts/greeter", "n", props{})
		inputs["version"] = version
		inputs["repositoryOpts"] = props{"username": "u", "password": secret(password), "caFile": caFile}
		return inputs
	}
	r := startOffline(t, nil).resource(tokenRelease, "greeter")
	if checked := r.checked(from("1.0.0", "pw")); checked["version"] != "1.0.0" {
		t.Errorf("want the chart found, got %v", checked)
	}
	for reason, inputs := range map[string]props{"401": from("1.0.0", "wrong"), "not found": from("9.9.9", "pw")} {
		_, failures := r.check(inputs)
		if len(failures) != 1 || !strings.Contains(failures[0].GetReason(), reason) {
			t.Errorf("want one failure with %q, got %v", reason, failures)
		}
	}
}

func TestKubernetesReleaseWithoutItsClusterIsLeftAlone(t *testing.T) {
	inputs := greeter(chartFolder(t, "1.0.0"), "n", props{})
	r := startOffline(t, nil).resource(tokenRelease, "greeter")
	mustFail(t, r.tryCreate(inputs), "can't create Helm Release with unreachable cluster")
	skipping := startOffline(t, map[string]string{"skipUpdateUnreachable": "true"}).resource(tokenRelease, "greeter")
	skipping.inputs = props{"name": "old"}
	if got := skipping.checked(inputs); got["name"] != "old" {
		t.Errorf("want the old inputs, got %v", got)
	}
}
