package main_test

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/emptypb"
)

func TestProcessSpeaksTheProtocolsBasics(t *testing.T) {
	for _, name := range []string{"command", "random", "tls"} {
		p := start(t, name, nil)
		if _, err := p.GetPluginInfo(context.Background(), &emptypb.Empty{}); err != nil {
			t.Errorf("%s: GetPluginInfo: %v", name, err)
		}
		schema, err := p.GetSchema(context.Background(), &pulumirpc.GetSchemaRequest{})
		if err != nil || !strings.HasPrefix(strings.TrimSpace(schema.GetSchema()), "{") {
			t.Errorf("%s: GetSchema: %v %v", name, schema, err)
		}
		if _, err := p.Cancel(context.Background(), &emptypb.Empty{}); err != nil {
			t.Errorf("%s: Cancel: %v", name, err)
		}
	}
}

func TestProcessEndsWhenItsEngineIsKilled(t *testing.T) {
	// The shell plays the engine: it starts the plugin and is then killed.
	shell := exec.Command("sh", "-c", `"$0" 127.0.0.1:1 & echo $!; wait`,
		filepath.Join(pluginFolder, "pulumi-resource-random"))
	stdout, err := shell.StdoutPipe()
	must(t, err)
	must(t, shell.Start())
	lines := bufio.NewReader(stdout)
	line, err := lines.ReadString('\n')
	must(t, err)
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	must(t, err)
	_, err = lines.ReadString('\n') // its port: it runs
	must(t, err)
	must(t, shell.Process.Kill())
	_ = shell.Process.Release()
	eventually(t, "the plugin ends after its engine", func() bool { return gone(pid) })
}

// gone tells whether a process has ended; one that nobody reaped has, too.
func gone(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return true
	}
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	return err != nil || strings.Contains(string(stat), ") Z ")
}
