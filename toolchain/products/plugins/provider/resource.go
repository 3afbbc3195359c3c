// Package provider serves a set of resource types to the Pulumi engine over
// its ResourceProvider protocol.
package provider

import (
	"context"
	"strings"
	"time"

	"plinth/toolchain/plugins/property"
)

// Request is what the engine asks of one resource. Fields that an operation
// does not have are empty.
type Request struct {
	URN  string
	Name string
	Type string
	ID   string

	State     property.Map // outputs as last stored
	OldInputs property.Map // inputs as last stored
	Inputs    property.Map // inputs as the program wants them

	IgnoreChanges []string // property paths
	Preview       bool
	Timeout       time.Duration // zero without a customTimeouts option
	Log           *Logger
}

// Failure is a property that a check refuses.
type Failure struct{ Property, Reason string }

// Diff is what an update would change.
type Diff struct {
	Changes             property.Changes
	DeleteBeforeReplace bool
}

// State is a resource as a read finds it; one that is gone has no ID.
type State struct {
	ID         string
	Inputs     property.Map
	Properties property.Map
}

// Resource is the life of one resource type.
type Resource interface {
	Check(context.Context, Request) (property.Map, []Failure, error)
	Diff(context.Context, Request) (Diff, error)
	Create(context.Context, Request) (id string, state property.Map, err error)
	Read(context.Context, Request) (State, error)
	Update(context.Context, Request) (property.Map, error)
	Delete(context.Context, Request) error
}

// Plugin is a named set of resource types with one configuration.
type Plugin interface {
	// Resource finds a type by its token and fails for one it does not serve.
	Resource(token string) (Resource, error)
	// DiffConfig compares configurations: a replaced provider replaces all of
	// its resources.
	DiffConfig(olds, news property.Map) (property.Changes, error)
	// Configure takes the provider's inputs in the engine's textual form.
	Configure(ctx context.Context, variables map[string]string) error
}

// Unconfigured is the configuration part of a plugin that has none.
type Unconfigured struct{}

// DiffConfig never replaces a provider.
func (Unconfigured) DiffConfig(olds, news property.Map) (property.Changes, error) {
	return property.Diff(olds, news), nil
}

// Configure accepts anything.
func (Unconfigured) Configure(context.Context, map[string]string) error { return nil }

// PartialError is a resource that exists but is not as it should be. The
// engine keeps its state and repairs it in the next run.
type PartialError struct {
	ID      string
	State   property.Map
	Inputs  property.Map
	Reasons []string
}

func (e *PartialError) Error() string { return strings.Join(e.Reasons, "\n") }
