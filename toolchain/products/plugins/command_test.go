package main_test

import (
	"maps"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"plinth/toolchain/plugins/property"
)

const (
	tokenLocal  = "command:local:Command"
	tokenRemote = "command:remote:Command"
)

func TestCommandRemoteRunsEachStepOfItsLife(t *testing.T) {
	server := startSSH(t)
	log := filepath.Join(t.TempDir(), "log")
	r := start(t, "command", nil).resource(tokenRemote, "join")
	inputs := props{
		"connection": server.connection(nil), "stdin": "hello",
		"create": "cat; echo; echo warn >&2; echo create >>" + log,
		"update": `echo "was: $PULUMI_COMMAND_STDOUT"; echo update >>` + log,
		"delete": `echo "delete after $PULUMI_COMMAND_STDOUT" >>` + log,
	}
	r.create(inputs)
	if !regexp.MustCompile(`^join[0-9a-f]{8}$`).MatchString(r.id) {
		t.Errorf("want the name and 8 hex digits as id, got %q", r.id)
	}
	if r.state["stdout"] != "hello" || r.state["stderr"] != "warn" {
		t.Errorf("want one newline trimmed, got %q %q", r.state["stdout"], r.state["stderr"])
	}
	if !strings.Contains(r.engine.messages(), "hello") || !strings.Contains(r.engine.messages(), "warn") {
		t.Errorf("both outputs must be logged by default, got %q", r.engine.messages())
	}
	inputs["stdin"] = "changed"
	must(t, r.tryUpdate(inputs))
	if r.state["stdout"] != "was: hello" {
		t.Errorf("the update must see the previous output, got %q", r.state["stdout"])
	}
	must(t, r.delete())
	lines, _ := os.ReadFile(log)
	if got := string(lines); got != "create\nupdate\ndelete after was: hello\n" {
		t.Errorf("ran %q", got)
	}
}

func TestCommandUpdateFallsBackToCreateAndNoCommandIsFine(t *testing.T) {
	p := start(t, "command", nil)
	r := p.resource(tokenLocal, "c")
	r.create(props{"create": "echo $X", "environment": props{"X": "1"}})
	must(t, r.tryUpdate(props{"create": "echo $X", "environment": props{"X": "2"}}))
	if r.state["stdout"] != "2" {
		t.Errorf("want the create command again, got %q", r.state["stdout"])
	}
	must(t, r.tryUpdate(props{"delete": "true"}))
	if r.state["stdout"] != "2" {
		t.Errorf("without a command the output stays, got %q", r.state["stdout"])
	}
	must(t, r.delete())
	empty := p.resource(tokenLocal, "empty")
	empty.create(props{})
	if empty.state["stdout"] != "" {
		t.Errorf("want no output, got %q", empty.state["stdout"])
	}
	must(t, empty.delete())
}

func TestCommandLocalHasFolderInterpreterStdinAndEnvironment(t *testing.T) {
	folder := t.TempDir()
	for name, test := range map[string]struct {
		inputs props
		want   string
	}{
		"folder":      {props{"create": "pwd", "dir": folder}, folder},
		"interpreter": {props{"create": "a b", "interpreter": []any{"printf", "%s|"}}, "a b|"},
		"stdin":       {props{"create": "cat", "stdin": "in"}, "in"},
		"environment": {props{"create": "echo $A", "environment": props{"A": "b"}}, "b"},
		"one newline": {props{"create": `printf 'x\n\n'`}, "x\n"},
	} {
		t.Run(name, func(t *testing.T) {
			r := start(t, "command", nil).resource(tokenLocal, "c")
			r.create(test.inputs)
			if r.state["stdout"] != test.want {
				t.Errorf("want %q, got %q", test.want, r.state["stdout"])
			}
		})
	}
}

func TestCommandLogsOnlyWhatItMay(t *testing.T) {
	for logging, want := range map[string][2]bool{
		"stdout": {true, false}, "stderr": {false, true}, "stdoutAndStderr": {true, true}, "none": {false, false},
	} {
		r := start(t, "command", nil).resource(tokenLocal, "c")
		r.create(props{"create": "echo ouch; echo eek >&2", "logging": logging})
		logs := r.engine.messages()
		if got := [2]bool{strings.Contains(logs, "ouch"), strings.Contains(logs, "eek")}; got != want {
			t.Errorf("%s: want stdout, stderr %v, got %v", logging, want, got)
		}
		if r.state["stdout"] != "ouch" || r.state["stderr"] != "eek" {
			t.Errorf("%s: the outputs are kept whatever is logged", logging)
		}
	}
}

func TestCommandFailureTellsTheCommandAndItsOutput(t *testing.T) {
	server := startSSH(t)
	p := start(t, "command", nil)
	for token, inputs := range map[string]props{
		tokenLocal:  {"create": "echo out; echo err >&2; exit 3"},
		tokenRemote: {"create": "echo out; echo err >&2; exit 3", "connection": server.connection(nil)},
	} {
		r := p.resource(token, "c")
		mustFail(t, r.tryCreate(inputs), `running "echo out; echo err >&2; exit 3":`, "out", "err", "3")
	}
}

func TestCommandFailedUpdateKeepsTheOldState(t *testing.T) {
	r := start(t, "command", nil).resource(tokenLocal, "c")
	r.create(props{"create": "echo 1"})
	before := r.state
	err := r.tryUpdate(props{"create": "exit 1"})
	mustFail(t, err, "exit status 1")
	if initFailure(err) != nil || !property.Equal(before, r.state) {
		t.Errorf("want the old state, got %v", r.state)
	}
}

func TestCommandConnectionIsSecretAndComplete(t *testing.T) {
	r := start(t, "command", nil).resource(tokenRemote, "c")
	checked := r.checked(props{"connection": props{"host": "h", "proxy": props{"host": "p"}}})
	if !isSecret(checked["connection"]) {
		t.Error("the connection must be secret")
	}
	connection := property.Plain(checked["connection"]).(props)
	for _, end := range []any{connection, connection["proxy"]} {
		for name, want := range map[string]any{"user": "root", "port": 22.0, "dialErrorLimit": 10.0, "perDialTimeout": 15.0} {
			if got := end.(props)[name]; got != want {
				t.Errorf("%s: want %v, got %v", name, want, got)
			}
		}
	}
	if _, failures := r.check(props{"create": "true"}); len(failures) == 0 {
		t.Error("a connection is required")
	}
}

func TestCommandSecretStdinDoesNotHideStdout(t *testing.T) {
	r := start(t, "command", nil).resource(tokenLocal, "c")
	r.create(props{"create": "echo done", "stdin": secret("password")})
	if isSecret(r.state["stdout"]) || !isSecret(r.state["stdin"]) {
		t.Errorf("want stdin secret and stdout not, got %v", r.state)
	}
}

func TestCommandTriggersReplaceAndAllElseUpdates(t *testing.T) {
	r := start(t, "command", nil).resource(tokenRemote, "c")
	inputs := func(more props) props {
		all := props{"connection": props{"host": "h"}, "create": "true", "triggers": []any{"1"}}
		maps.Copy(all, more)
		return all
	}
	r.inputs = r.checked(inputs(nil))
	r.state = property.Clone(r.inputs)
	r.state["stdout"], r.state["stderr"], r.id = "", "", "c00000000"
	for _, test := range []struct {
		more     props
		changed  bool
		replaces bool
	}{
		{nil, false, false},
		{props{"triggers": []any{"2"}}, true, true},
		{props{"create": "false"}, true, false},
		{props{"connection": props{"host": "other"}}, true, false},
		{props{"environment": props{"A": "b"}}, true, false},
		{props{"stdin": secret("x")}, true, false},
	} {
		diff := r.diff(inputs(test.more))
		if changed, replaces := len(changes(diff)) > 0, len(diff.GetReplaces()) > 0; changed != test.changed || replaces != test.replaces || diff.GetDeleteBeforeReplace() {
			t.Errorf("%v: want changed %v, replaces %v, the new one first; got %v", test.more, test.changed, test.replaces, diff)
		}
	}
}

func TestCommandPreviewsRunNothing(t *testing.T) {
	marker := filepath.Join(t.TempDir(), "marker")
	r := start(t, "command", nil).resource(tokenLocal, "c")
	inputs := props{"create": "touch " + marker}
	if preview := r.previewCreate(inputs); !isUnknown(preview["stdout"]) || preview["create"] != inputs["create"] {
		t.Errorf("want an unknown output, got %v", preview)
	}
	r.inputs, r.state, r.id = inputs, props{"stdout": "old", "stderr": ""}, "c00000000"
	preview, err := r.previewUpdate(inputs)
	must(t, err)
	if !isUnknown(preview["stdout"]) {
		t.Errorf("want an unknown output, got %v", preview)
	}
	if _, err := os.Stat(marker); err == nil {
		t.Error("a preview ran the command")
	}
}

func TestCommandEnvironmentThatTheServerRefuses(t *testing.T) {
	server := startSSH(t)
	p := start(t, "command", nil)
	r := p.resource(tokenRemote, "c")
	mustFail(t, r.tryCreate(props{
		"connection": server.connection(nil), "create": "true", "environment": props{"FORBIDDEN": "1"},
	}), `could not set environment variable "FORBIDDEN"`)

	r.create(props{
		"connection": server.connection(nil), "create": "echo $ALLOWED_X; echo e >&2", "environment": props{"ALLOWED_X": "1"},
	})
	if r.state["stdout"] != "1" {
		t.Errorf("want the allowed variable, got %q", r.state["stdout"])
	}
	// The server refuses PULUMI_COMMAND_STDERR: a warning, no error.
	must(t, r.tryUpdate(props{"connection": server.connection(nil), "create": "true"}))
	if !strings.Contains(r.engine.messages(), "PULUMI_COMMAND_STDERR") {
		t.Errorf("want a warning about the refused variable, got %q", r.engine.messages())
	}
}

func TestCommandPreviousOutputCanBeLeftOut(t *testing.T) {
	r := start(t, "command", nil).resource(tokenLocal, "c")
	inputs := props{"create": `echo "[$PULUMI_COMMAND_STDOUT]"`, "addPreviousOutputInEnv": false}
	r.create(inputs)
	inputs["triggers"] = []any{"again"}
	must(t, r.tryUpdate(inputs))
	if r.state["stdout"] != "[]" {
		t.Errorf("want no previous output, got %q", r.state["stdout"])
	}
}

func TestCommandWaysToAuthenticate(t *testing.T) {
	server := startSSH(t)
	p := start(t, "command", nil)
	for name, connection := range map[string]props{
		"key":                server.connection(nil),
		"agent":              server.connection(props{"privateKey": nil, "agentSocketPath": server.agentSocket(t)}),
		"password":           server.connection(props{"privateKey": nil, "password": "correct horse"}),
		"unchecked host key": server.connection(props{"hostKey": nil}),
	} {
		t.Run(name, func(t *testing.T) {
			r := p.resource(tokenRemote, "c")
			r.create(props{"connection": connection, "create": "echo in"})
			if r.state["stdout"] != "in" {
				t.Errorf("got %q", r.state["stdout"])
			}
		})
	}
	mustFail(t, p.resource(tokenRemote, "c").tryCreate(props{
		"connection": server.connection(props{"privateKey": nil, "password": "wrong"}), "create": "true",
	}), "unable to authenticate")
}

func TestCommandGoesThroughABastion(t *testing.T) {
	bastion, host := startSSH(t), startSSH(t)
	p := start(t, "command", nil)
	r := p.resource(tokenRemote, "c")
	r.create(props{
		"connection": host.connection(props{"proxy": bastion.connection(nil)}), "create": "echo behind",
	})
	if r.state["stdout"] != "behind" || bastion.forwarded.Load() != 1 {
		t.Errorf("got %q over %d forwarded connections", r.state["stdout"], bastion.forwarded.Load())
	}
	mustFail(t, p.resource(tokenRemote, "c").tryCreate(props{
		"connection": host.connection(props{"proxy": bastion.connection(props{"hostKey": host.hostKey})}), "create": "true",
	}), "proxy:", "host key mismatch")
}

func TestCommandRetriesEvenAWrongHostKey(t *testing.T) {
	server, other := startSSH(t), startSSH(t)
	r := start(t, "command", nil).resource(tokenRemote, "c")
	mustFail(t, r.tryCreate(props{
		"connection": server.connection(props{"hostKey": other.hostKey, "dialErrorLimit": 2.0}), "create": "true",
	}), "after 2 failed attempts:", "host key mismatch")
	if got := server.connections.Load(); got != 3 {
		t.Errorf("want a first attempt and 2 more, got %d connections", got)
	}
}

func TestCommandWaitsForAHostThatComesLater(t *testing.T) {
	server := startSSH(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	address := listener.Addr().(*net.TCPAddr)
	listener.Close()
	go func() {
		time.Sleep(700 * time.Millisecond)
		late, err := net.Listen("tcp", address.String())
		if err != nil {
			return
		}
		defer late.Close()
		conn, err := late.Accept()
		if err != nil {
			return
		}
		onward, err := net.Dial("tcp", net.JoinHostPort(server.host, portText(server.port)))
		if err != nil {
			return
		}
		splice(conn, onward)
	}()
	r := start(t, "command", nil).resource(tokenRemote, "c")
	r.create(props{
		"connection": server.connection(props{"port": float64(address.Port), "dialErrorLimit": 10.0}), "create": "echo late",
	})
	if r.state["stdout"] != "late" {
		t.Errorf("got %q", r.state["stdout"])
	}
}

func TestCommandDialTimeoutCoversASilentServer(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0") // accepts, says nothing
	must(t, err)
	defer listener.Close()
	began := time.Now()
	r := start(t, "command", nil).resource(tokenRemote, "c")
	mustFail(t, r.tryCreate(props{"create": "true", "connection": props{
		"host": "127.0.0.1", "port": float64(listener.Addr().(*net.TCPAddr).Port), "password": "x",
		"dialErrorLimit": 0.0, "perDialTimeout": 1.0,
	}}), "failed attempts")
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("took %s", took)
	}
}
