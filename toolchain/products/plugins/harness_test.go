// Package main_test defines how the plugins behave. By default it builds and
// starts the program in this folder; PLINTH_PLUGINS=<folder with
// pulumi-resource-*> points it at others, such as the official ones. Tests of
// the kubernetes plugin need the binaries that PLINTH_TEST_ETCD,
// PLINTH_TEST_KUBE_APISERVER and PLINTH_TEST_KUBE_CONTROLLER_MANAGER name; they
// mostly wait, so -parallel 16 halves their time.
package main_test

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"

	"plinth/toolchain/plugins/property"
)

type props = property.Map

func secret(v any) any { return property.Secret{Value: v} }

// pluginFolder is the folder of the plugins under test.
var pluginFolder string

func TestMain(m *testing.M) {
	code, err := testAll(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func testAll(m *testing.M) (int, error) {
	// An agent of whoever runs the tests would be one more key to offer.
	os.Unsetenv("SSH_AUTH_SOCK")
	defer stopCluster()
	pluginFolder = os.Getenv("PLINTH_PLUGINS")
	if pluginFolder == "" {
		folder, err := os.MkdirTemp("", "plugins-")
		if err != nil {
			return 1, err
		}
		defer os.RemoveAll(folder)
		if err := buildInto(folder); err != nil {
			return 1, err
		}
		pluginFolder = folder
	}
	return m.Run(), nil
}

func buildInto(folder string) error {
	program := filepath.Join(folder, "plinth-plugins")
	build := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", program, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("building the plugins: %w\n%s", err, output)
	}
	for _, name := range []string{"command", "kubernetes", "random", "tls"} {
		if err := os.Link(program, filepath.Join(folder, "pulumi-resource-"+name)); err != nil {
			return err
		}
	}
	return nil
}

// plugin is a started plugin process with a stub of the engine behind it.
type plugin struct {
	pulumirpc.ResourceProviderClient
	t       *testing.T
	process *exec.Cmd
	engine  *engineStub
}

// engineStub keeps what a plugin logs.
type engineStub struct {
	pulumirpc.UnimplementedEngineServer
	mu   sync.Mutex
	logs []*pulumirpc.LogRequest
}

func (e *engineStub) Log(_ context.Context, req *pulumirpc.LogRequest) (*emptypb.Empty, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.logs = append(e.logs, req)
	return &emptypb.Empty{}, nil
}

func (e *engineStub) messages() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	var all strings.Builder
	for _, log := range e.logs {
		fmt.Fprintln(&all, log.GetMessage())
	}
	return all.String()
}

// start runs a plugin as the engine does and configures it.
func start(t *testing.T, name string, config map[string]string) *plugin {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	stub, server := &engineStub{}, grpc.NewServer()
	pulumirpc.RegisterEngineServer(server, stub)
	go server.Serve(listener)
	t.Cleanup(server.Stop)

	process := exec.Command(filepath.Join(pluginFolder, "pulumi-resource-"+name), listener.Addr().String())
	process.Stderr = os.Stderr
	stdout, err := process.StdoutPipe()
	must(t, err)
	must(t, process.Start())
	t.Cleanup(func() { process.Process.Kill(); process.Wait() })
	port, err := bufio.NewReader(stdout).ReadString('\n')
	must(t, err)

	conn, err := grpc.NewClient("127.0.0.1:"+strings.TrimSpace(port),
		grpc.WithTransportCredentials(insecure.NewCredentials()))
	must(t, err)
	t.Cleanup(func() { conn.Close() })
	p := &plugin{pulumirpc.NewResourceProviderClient(conn), t, process, stub}

	variables, args := map[string]string{}, props{}
	for key, value := range config {
		variables[name+":config:"+key], args[key] = value, value
	}
	resp, err := p.Configure(context.Background(), &pulumirpc.ConfigureRequest{
		Variables: variables, Args: encode(t, args), AcceptSecrets: true,
	})
	must(t, err)
	if !resp.GetAcceptSecrets() || !resp.GetSupportsPreview() {
		t.Fatalf("%s must accept secrets and support previews, got: %v", name, resp)
	}
	return p
}

// resource is one resource of a plugin as the engine knows it.
type resource struct {
	*plugin
	urn     string
	id      string
	inputs  props
	state   props
	timeout float64
	ignore  []string // changes to ignore
}

func (p *plugin) resource(token, name string) *resource {
	// far longer than anything here takes, and short enough to end before the time of all tests does
	return &resource{plugin: p, urn: "urn:pulumi:stack::project::" + token + "::" + name, timeout: 60}
}

func (r *resource) check(inputs props) (props, []*pulumirpc.CheckFailure) {
	r.t.Helper()
	resp, err := r.Check(context.Background(), &pulumirpc.CheckRequest{
		Urn: r.urn, Olds: encode(r.t, r.inputs), News: encode(r.t, inputs), RandomSeed: []byte(r.urn),
	})
	must(r.t, err)
	return property.Decode(resp.GetInputs()), resp.GetFailures()
}

// checked is check for inputs that must pass.
func (r *resource) checked(inputs props) props {
	r.t.Helper()
	checked, failures := r.check(inputs)
	if len(failures) > 0 {
		r.t.Fatalf("inputs refused: %v", failures)
	}
	return checked
}

func (r *resource) tryCreate(inputs props) error {
	inputs = r.checked(inputs)
	resp, err := r.Create(context.Background(), &pulumirpc.CreateRequest{
		Urn: r.urn, Properties: encode(r.t, inputs), Timeout: r.timeout,
	})
	r.keep(resp.GetId(), inputs, resp.GetProperties(), err)
	return err
}

func (r *resource) create(inputs props) {
	r.t.Helper()
	must(r.t, r.tryCreate(inputs))
}

func (r *resource) previewCreate(inputs props) props {
	r.t.Helper()
	inputs = r.checked(inputs)
	resp, err := r.Create(context.Background(), &pulumirpc.CreateRequest{
		Urn: r.urn, Properties: encode(r.t, inputs), Preview: true,
	})
	must(r.t, err)
	return property.Decode(resp.GetProperties())
}

func (r *resource) diff(inputs props) *pulumirpc.DiffResponse {
	r.t.Helper()
	resp, err := r.Diff(context.Background(), &pulumirpc.DiffRequest{
		Id: r.id, Urn: r.urn, Olds: encode(r.t, r.state), OldInputs: encode(r.t, r.inputs),
		News: encode(r.t, r.checked(inputs)), IgnoreChanges: r.ignore,
	})
	must(r.t, err)
	return resp
}

func (r *resource) tryUpdate(inputs props) error {
	inputs = r.checked(inputs)
	resp, err := r.Update(context.Background(), &pulumirpc.UpdateRequest{
		Id: r.id, Urn: r.urn, Olds: encode(r.t, r.state), OldInputs: encode(r.t, r.inputs),
		News: encode(r.t, inputs), Timeout: r.timeout, IgnoreChanges: r.ignore,
	})
	r.keep(r.id, inputs, resp.GetProperties(), err)
	return err
}

func (r *resource) previewUpdate(inputs props) (props, error) {
	resp, err := r.Update(context.Background(), &pulumirpc.UpdateRequest{
		Id: r.id, Urn: r.urn, Olds: encode(r.t, r.state), OldInputs: encode(r.t, r.inputs),
		News: encode(r.t, r.checked(inputs)), Preview: true,
	})
	return property.Decode(resp.GetProperties()), err
}

// refresh reads the resource; one that is gone loses its id.
func (r *resource) refresh() error {
	resp, err := r.Read(context.Background(), &pulumirpc.ReadRequest{
		Id: r.id, Urn: r.urn, Properties: encode(r.t, r.state), Inputs: encode(r.t, r.inputs),
	})
	if err == nil {
		r.id, r.state, r.inputs = resp.GetId(), property.Decode(resp.GetProperties()), property.Decode(resp.GetInputs())
	}
	return err
}

func (r *resource) delete() error {
	_, err := r.Delete(context.Background(), &pulumirpc.DeleteRequest{
		Id: r.id, Urn: r.urn, Properties: encode(r.t, r.state), OldInputs: encode(r.t, r.inputs),
		Timeout: r.timeout,
	})
	return err
}

// keep stores the outcome as the engine does, a partial state included.
func (r *resource) keep(id string, inputs props, state *structpb.Struct, err error) {
	if partial := initFailure(err); partial != nil {
		r.id, r.inputs, r.state = partial.GetId(), inputs, property.Decode(partial.GetProperties())
	} else if err == nil {
		r.id, r.inputs, r.state = id, inputs, property.Decode(state)
	}
}

// initFailure is the partial state in an error, or nil.
func initFailure(err error) *pulumirpc.ErrorResourceInitFailed {
	for _, detail := range status.Convert(err).Details() {
		if partial, ok := detail.(*pulumirpc.ErrorResourceInitFailed); ok {
			return partial
		}
	}
	return nil
}

func encode(t *testing.T, m props) *structpb.Struct {
	t.Helper()
	encoded, err := property.Encode(m)
	must(t, err)
	return encoded
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// mustFail wants an error that says all of the words.
func mustFail(t *testing.T, err error, words ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("want an error with %q, got none", words)
	}
	for _, word := range words {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("want an error with %q, got: %v", word, err)
		}
	}
}

// eventually waits a while for a claim to become true.
func eventually(t *testing.T, claim string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if holds() {
			return
		}
	}
	t.Fatalf("not within 20 s: %s", claim)
}

// changes renders a diff as "path:kind path:kind", sorted; kinds in lower case.
func changes(resp *pulumirpc.DiffResponse) map[string]string {
	all := map[string]string{}
	for path, diff := range resp.GetDetailedDiff() {
		all[path] = strings.ToLower(diff.GetKind().String())
	}
	return all
}

func isSecret(v any) bool { _, ok := v.(property.Secret); return ok }

func isUnknown(v any) bool { _, ok := property.Reveal(v).(property.Unknown); return ok }

func str(v any) string { s, _ := property.Reveal(v).(string); return s }
