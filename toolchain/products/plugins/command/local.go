package command

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"time"
)

// outputGrace is how long a cancelled command's children may hold its output.
const outputGrace = 5 * time.Second

// runLocal runs a command on this machine, by default through /bin/sh.
func runLocal(ctx context.Context, call invocation) error {
	args := []string{"/bin/sh", "-c"}
	if given, ok := call.inputs["interpreter"].([]any); ok && len(given) > 0 {
		args = nil
		for _, arg := range given {
			text, _ := arg.(string)
			args = append(args, text)
		}
	}
	args = append(args, call.line)

	process := exec.CommandContext(ctx, args[0], args[1:]...)
	process.WaitDelay = outputGrace
	process.Dir, _ = call.inputs["dir"].(string)
	process.Env = os.Environ()
	for _, variables := range []map[string]string{call.environment, call.previous} {
		for name, value := range variables {
			process.Env = append(process.Env, name+"="+value)
		}
	}
	if call.stdin != "" {
		process.Stdin = strings.NewReader(call.stdin)
	}
	process.Stdout, process.Stderr = call.stdout, call.stderr
	if err := process.Run(); err != nil {
		return &failed{err}
	}
	return nil
}
