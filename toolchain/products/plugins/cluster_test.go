package main_test

import (
	"bytes"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// cluster is an API server with its etcd, and a controller manager that
// collects garbage and empties namespaces. No other controller runs, so that a
// test may write every status itself.
type cluster struct {
	folder    string
	processes []*process
	server    string
}

// process is a running part of the cluster.
type process struct {
	*exec.Cmd
	log   string
	ended chan struct{} // closed when it has ended, which none should
}

var (
	sharedCluster *cluster
	clusterError  error
	clusterOnce   sync.Once
)

// theCluster starts the cluster that all tests share. Without its binaries a
// test fails: what is not tested must not look tested.
func theCluster(t *testing.T) *cluster {
	t.Helper()
	clusterOnce.Do(func() { sharedCluster, clusterError = startCluster() })
	must(t, clusterError)
	return sharedCluster
}

func stopCluster() {
	if sharedCluster == nil {
		return
	}
	for i := len(sharedCluster.processes) - 1; i >= 0; i-- {
		sharedCluster.processes[i].Process.Kill()
		<-sharedCluster.processes[i].ended
	}
	os.RemoveAll(sharedCluster.folder)
}

func startCluster() (*cluster, error) {
	binaries := map[string]string{
		"PLINTH_TEST_ETCD": "", "PLINTH_TEST_KUBE_APISERVER": "", "PLINTH_TEST_KUBE_CONTROLLER_MANAGER": "",
	}
	for variable := range binaries {
		path := os.Getenv(variable)
		if _, err := os.Stat(path); err != nil {
			return nil, fmt.Errorf("tests of the kubernetes plugin need a real API server: set %s to the path of its binary (or leave them out with -skip Kubernetes): %w", variable, err)
		}
		binaries[variable] = path
	}
	folder, err := os.MkdirTemp("", "cluster-")
	if err != nil {
		return nil, err
	}
	c := &cluster{folder: folder}
	sharedCluster = c // so that it is stopped whatever comes
	if err := c.writeFiles(); err != nil {
		return nil, err
	}
	ports, err := freePorts(3)
	if err != nil {
		return nil, err
	}
	client, peer := "http://127.0.0.1:"+ports[0], "http://127.0.0.1:"+ports[1]
	c.server = "https://127.0.0.1:" + ports[2]
	if err := c.run(binaries["PLINTH_TEST_ETCD"], "--data-dir="+filepath.Join(folder, "etcd"), "--unsafe-no-fsync",
		"--listen-client-urls="+client, "--advertise-client-urls="+client, "--listen-peer-urls="+peer,
		"--initial-advertise-peer-urls="+peer, "--initial-cluster=default="+peer); err != nil {
		return nil, err
	}
	if err := c.run(binaries["PLINTH_TEST_KUBE_APISERVER"], "--etcd-servers="+client, "--secure-port="+ports[2],
		"--bind-address=127.0.0.1", "--cert-dir="+folder, "--service-cluster-ip-range=10.96.0.0/16",
		"--service-account-issuer=https://plinth.test", "--service-account-key-file="+c.path("sa.pem"),
		"--service-account-signing-key-file="+c.path("sa.pem"), "--token-auth-file="+c.path("tokens.csv"),
		"--authorization-mode=RBAC", "--disable-admission-plugins=ServiceAccount"); err != nil {
		return nil, err
	}
	if err := os.WriteFile(c.path("kubeconfig"), []byte(c.kubeconfig()), 0o600); err != nil {
		return nil, err
	}
	if err := c.ready(); err != nil {
		return nil, err
	}
	// It serves nothing: one port less that somebody else may take first.
	if err := c.run(binaries["PLINTH_TEST_KUBE_CONTROLLER_MANAGER"], "--kubeconfig="+c.path("kubeconfig"),
		"--controllers=garbage-collector-controller,namespace-controller", "--leader-elect=false",
		"--secure-port=0"); err != nil {
		return nil, err
	}
	return c, c.collects()
}

func (c *cluster) path(name string) string { return filepath.Join(c.folder, name) }

func (c *cluster) writeFiles() error {
	key, err := exec.Command("openssl", "genrsa", "2048").Output()
	if err != nil {
		return fmt.Errorf("openssl genrsa: %w", err)
	}
	if err := os.WriteFile(c.path("sa.pem"), key, 0o600); err != nil {
		return err
	}
	return os.WriteFile(c.path("tokens.csv"), []byte("test-token,admin,admin,system:masters\n"), 0o600)
}

func (c *cluster) kubeconfig() string {
	return fmt.Sprintf(`apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: %q, insecure-skip-tls-verify: true}}]
users: [{name: u, user: {token: test-token}}]
contexts: [{name: x, context: {cluster: c, user: u}}]
current-context: x
`, c.server)
}

func (c *cluster) run(program string, args ...string) error {
	p := &process{exec.Command(program, args...), c.path(filepath.Base(program) + ".log"), make(chan struct{})}
	log, err := os.Create(p.log)
	if err != nil {
		return err
	}
	p.Stdout, p.Stderr = log, log
	if err := p.Start(); err != nil {
		return err
	}
	c.processes = append(c.processes, p)
	go func() {
		p.Wait()
		close(p.ended)
	}()
	return nil
}

// ready waits for the API server.
func (c *cluster) ready() error {
	return c.within(90*time.Second, "the API server is ready", func() error {
		if _, err := c.request("GET", "/readyz", "", ""); err != nil {
			return err
		}
		_, err := c.request("GET", "/api/v1/namespaces/default", "", "")
		return err
	})
}

// collects waits for the garbage collector, without which deletions never end.
func (c *cluster) collects() error {
	const path = "/api/v1/namespaces/default/configmaps"
	if _, err := c.request("POST", path, "application/json", `{"metadata":{"name":"collected"}}`); err != nil {
		return err
	}
	if _, err := c.request("DELETE", path+"/collected?propagationPolicy=Foreground", "", ""); err != nil {
		return err
	}
	return c.within(90*time.Second, "the garbage collector works", func() error {
		if c.absent(path + "/collected") {
			return nil
		}
		return errors.New("an object that waits for it is still there")
	})
}

// within waits for a claim; it ends early, with the end of its log, when a process has ended.
func (c *cluster) within(limit time.Duration, claim string, holds func() error) error {
	var err error
	for deadline := time.Now().Add(limit); time.Now().Before(deadline); time.Sleep(200 * time.Millisecond) {
		if err = holds(); err == nil {
			return nil
		}
		for _, p := range c.processes {
			select {
			case <-p.ended:
				log, _ := os.ReadFile(p.log)
				return fmt.Errorf("%s ended: %s\n%s", p.Path, p.ProcessState, log[max(0, len(log)-2000):])
			default:
			}
		}
	}
	return fmt.Errorf("not within %s: %s: %w", limit, claim, err)
}

var anyCertificate = &http.Client{
	Timeout: time.Minute,
	Transport: &http.Transport{
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, // its certificate is made at each start
	},
}

func (c *cluster) request(method, path, contentType, body string) (props, error) {
	req, err := http.NewRequest(method, c.server+path, bytes.NewReader([]byte(body)))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer test-token")
	req.Header.Set("Content-Type", contentType)
	resp, err := anyCertificate.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode >= 300 {
		return nil, fmt.Errorf("%s %s: %s: %s", method, path, resp.Status, text)
	}
	var object props
	_ = json.Unmarshal(text, &object) // /readyz answers in plain text
	return object, nil
}

func (c *cluster) get(t *testing.T, path string) props {
	t.Helper()
	object, err := c.request("GET", path, "", "")
	must(t, err)
	return object
}

func (c *cluster) absent(path string) bool {
	_, err := c.request("GET", path, "", "")
	return err != nil && strings.Contains(err.Error(), "404")
}

// patch changes an object as somebody else.
func (c *cluster) patch(t *testing.T, path, body string) {
	t.Helper()
	_, err := c.request("PATCH", path+"?fieldManager=somebody", "application/merge-patch+json", body)
	must(t, err)
}

func (c *cluster) post(t *testing.T, path string, object props) {
	t.Helper()
	body, err := json.Marshal(object)
	must(t, err)
	_, err = c.request("POST", path, "application/json", string(body))
	must(t, err)
}

// namespace makes a namespace of a test's own.
func (c *cluster) namespace(t *testing.T) string {
	t.Helper()
	name := strings.ToLower(strings.ReplaceAll(strings.ReplaceAll(t.Name(), "/", "-"), "_", "-"))
	name = name[:min(len(name), 63)]
	c.post(t, "/api/v1/namespaces", props{"metadata": props{"name": name}})
	return name
}

func freePorts(n int) ([]string, error) {
	var ports []string
	for range n {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer listener.Close()
		ports = append(ports, fmt.Sprint(listener.Addr().(*net.TCPAddr).Port))
	}
	return ports, nil
}
