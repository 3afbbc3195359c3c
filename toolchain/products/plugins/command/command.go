// Package command stands in for the Pulumi provider command.
package command

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"io"
	"strings"
	"sync"

	"plinth/toolchain/plugins/property"
	"plinth/toolchain/plugins/provider"
)

// New is the plugin command.
func New() provider.Plugin { return plugin{} }

type plugin struct{ provider.Unconfigured }

func (plugin) Resource(token string) (provider.Resource, error) {
	switch token {
	case "command:local:Command":
		return &command{inputs: append(localInputs, commonInputs...), run: runLocal}, nil
	case "command:remote:Command":
		return &command{
			inputs: append(remoteInputs, commonInputs...), complete: completeRemote, run: runRemote,
		}, nil
	default:
		return nil, fmt.Errorf("this stand-in of command has no resource type %q", token)
	}
}

var (
	commonInputs = []string{
		"create", "update", "delete", "triggers", "stdin", "environment", "logging", "addPreviousOutputInEnv",
	}
	localInputs  = []string{"interpreter", "dir"}
	remoteInputs = []string{"connection"}
)

// command is a resource whose life is a set of command lines.
type command struct {
	inputs   []string
	complete func(property.Map) (property.Map, []provider.Failure)
	run      func(context.Context, invocation) error
}

// invocation is one command line to run with everything around it.
type invocation struct {
	line        string
	inputs      property.Map // plain
	environment map[string]string
	previous    map[string]string // environment that may be refused
	stdin       string
	stdout      io.Writer
	stderr      io.Writer
	log         *provider.Logger
}

// Check refuses unknown properties and fills in the connection's defaults.
func (c *command) Check(
	_ context.Context, r provider.Request,
) (property.Map, []provider.Failure, error) {
	var failures []provider.Failure
	for name := range r.Inputs {
		if !c.isInput(name) {
			failures = append(failures, provider.Failure{
				Property: name, Reason: fmt.Sprintf("unknown property %q", name),
			})
		}
	}
	inputs := property.Clone(r.Inputs)
	if c.complete != nil {
		completed, refused := c.complete(inputs)
		inputs, failures = completed, append(failures, refused...)
	}
	return inputs, failures, nil
}

// Diff compares inputs. Changed triggers replace, anything else runs update.
func (c *command) Diff(_ context.Context, r provider.Request) (provider.Diff, error) {
	olds := r.OldInputs
	if len(olds) == 0 {
		olds = property.Clone(r.State)
		delete(olds, "stdout")
		delete(olds, "stderr")
	}
	changes := property.Diff(olds, r.Inputs)
	for path, change := range changes {
		if property.Root(path) == "triggers" {
			changes[path] = property.Replacing(change)
		}
	}
	return provider.Diff{Changes: changes}, nil
}

// Create runs the create command.
func (c *command) Create(ctx context.Context, r provider.Request) (string, property.Map, error) {
	if r.Preview {
		return "", unfinished(r.Inputs), nil
	}
	suffix := make([]byte, 4)
	_, _ = rand.Read(suffix)
	state, err := c.execute(ctx, r, r.Inputs["create"], property.Map{"stdout": "", "stderr": ""})
	return r.Name + hex.EncodeToString(suffix), state, err
}

// Update runs the update command or, without one, the create command again.
func (c *command) Update(ctx context.Context, r provider.Request) (property.Map, error) {
	if r.Preview {
		return unfinished(r.Inputs), nil
	}
	line := r.Inputs["update"]
	if line == nil {
		line = r.Inputs["create"]
	}
	return c.execute(ctx, r, line, r.State)
}

// Delete runs the delete command with the inputs as last stored.
func (c *command) Delete(ctx context.Context, r provider.Request) error {
	r.Inputs = property.Clone(r.State)
	_, err := c.execute(ctx, r, r.State["delete"], r.State)
	return err
}

// Read finds what is stored: a command cannot be looked at.
func (c *command) Read(_ context.Context, r provider.Request) (provider.State, error) {
	return provider.State{ID: r.ID, Inputs: r.OldInputs, Properties: r.State}, nil
}

// execute runs a command line, if there is one, and returns the new state. It
// keeps the previous output when there is none.
func (c *command) execute(
	ctx context.Context, r provider.Request, line any, previous property.Map,
) (property.Map, error) {
	state := property.Clone(r.Inputs)
	state["stdout"], state["stderr"] = previous["stdout"], previous["stderr"]
	text, ok := property.Plain(line).(string)
	if !ok {
		return state, nil
	}
	inputs := property.PlainMap(r.Inputs)
	var stdout, stderr strings.Builder
	both := &synchronised{}
	logging := "stdoutAndStderr"
	if chosen, ok := inputs["logging"].(string); ok {
		logging = chosen
	}
	status := r.Log.StatusWriter(ctx)
	call := invocation{
		line: text, inputs: inputs, log: r.Log,
		environment: environment(inputs), previous: previousOutput(inputs, previous),
		stdout: io.MultiWriter(&stdout, both), stderr: io.MultiWriter(&stderr, both),
	}
	call.stdin, _ = inputs["stdin"].(string)
	if logging == "stdout" || logging == "stdoutAndStderr" {
		call.stdout = io.MultiWriter(call.stdout, status)
	}
	if logging == "stderr" || logging == "stdoutAndStderr" {
		call.stderr = io.MultiWriter(call.stderr, status)
	}
	err := c.run(ctx, call)
	_ = status.Close()
	if err != nil {
		return nil, describe(err, text, both.String())
	}
	state["stdout"] = strings.TrimSuffix(stdout.String(), "\n")
	state["stderr"] = strings.TrimSuffix(stderr.String(), "\n")
	return state, nil
}

func (c *command) isInput(name string) bool {
	for _, input := range c.inputs {
		if input == name {
			return true
		}
	}
	return false
}

// unfinished is what a preview knows: the inputs, but no output.
func unfinished(inputs property.Map) property.Map {
	state := property.Clone(inputs)
	state["stdout"], state["stderr"] = property.Unknown{}, property.Unknown{}
	return state
}

func environment(inputs property.Map) map[string]string {
	variables := map[string]string{}
	given, _ := inputs["environment"].(property.Map)
	for name, value := range given {
		variables[name] = fmt.Sprint(value)
	}
	return variables
}

// previousOutput hands a command what the one before it printed.
func previousOutput(inputs, state property.Map) map[string]string {
	variables := map[string]string{}
	if inputs["addPreviousOutputInEnv"] == false {
		return variables
	}
	for name, output := range map[string]string{
		"PULUMI_COMMAND_STDOUT": "stdout", "PULUMI_COMMAND_STDERR": "stderr",
	} {
		if text, _ := property.Plain(state[output]).(string); text != "" {
			variables[name] = text
		}
	}
	return variables
}

// failed is a command line that ran and did not succeed.
type failed struct{ cause error }

func (f *failed) Error() string { return f.cause.Error() }

func describe(err error, line, output string) error {
	if ran, ok := err.(*failed); ok {
		return fmt.Errorf("%w: running %q:\n%s", ran.cause, line, output)
	}
	return err
}

// synchronised collects stdout and stderr in the order they came.
type synchronised struct {
	mu   sync.Mutex
	text strings.Builder
}

func (s *synchronised) Write(data []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(data)
}

func (s *synchronised) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}
