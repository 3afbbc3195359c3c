package provider

import (
	"context"
	"fmt"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"plinth/toolchain/plugins/property"
)

// Generated is a resource that is made once from its inputs and then kept in
// the state alone, as the random and tls providers have them. A changed input
// makes a new one.
type Generated struct {
	// Inputs are the properties a program may set, and what an absent one
	// means; nil for one without a default.
	Inputs property.Map
	// Required are the inputs that must be there.
	Required []string
	// Computed are the outputs beyond the inputs.
	Computed []string
	// Secrets are the outputs that are secret by nature.
	Secrets []string
	// InPlace are the inputs whose change needs no new resource.
	InPlace []string
	// Validate refuses what Generate could not make; it sees known values only.
	Validate func(inputs property.Map) []Failure
	// Generate makes the resource: its id and all computed outputs.
	Generate func(inputs property.Map) (id string, computed property.Map, err error)
	// Expired names the output that calls for replacement although no input
	// changed, or is empty.
	Expired func(state, inputs property.Map) string
}

// Check refuses missing, unknown and invalid inputs.
func (g *Generated) Check(_ context.Context, r Request) (property.Map, []Failure, error) {
	var failures []Failure
	for _, name := range g.Required {
		if property.Reveal(r.Inputs[name]) == nil {
			failures = append(failures, Failure{name, fmt.Sprintf("missing required property %q", name)})
		}
	}
	for name := range r.Inputs {
		if _, ok := g.Inputs[name]; !ok && name != "__defaults" {
			failures = append(failures, Failure{name, fmt.Sprintf("unknown property %q", name)})
		}
	}
	if len(failures) == 0 && g.Validate != nil && !property.HasUnknown(r.Inputs) {
		failures = g.Validate(g.complete(r.Inputs))
	}
	return r.Inputs, failures, nil
}

// Diff compares the wanted inputs with those the resource was made from.
func (g *Generated) Diff(_ context.Context, r Request) (Diff, error) {
	olds := property.Map{}
	for name := range g.Inputs {
		olds[name] = r.State[name]
	}
	changes := property.Diff(g.complete(property.PlainMap(olds)), g.complete(property.PlainMap(r.Inputs)))
	for path, change := range changes {
		if !g.inPlace(path) {
			changes[path] = property.Replacing(change)
		}
	}
	if g.Expired != nil && !property.HasUnknown(r.Inputs) {
		if output := g.Expired(property.PlainMap(r.State), g.complete(property.PlainMap(r.Inputs))); output != "" {
			changes[output] = pulumirpc.PropertyDiff_UPDATE_REPLACE
		}
	}
	return Diff{Changes: changes}, nil
}

// Create makes the resource; in a preview its computed outputs stay unknown.
func (g *Generated) Create(_ context.Context, r Request) (string, property.Map, error) {
	state := g.complete(r.Inputs)
	if r.Preview {
		for _, name := range g.Computed {
			state[name] = property.Unknown{}
		}
		return "", g.conceal(state, r.Inputs), nil
	}
	id, computed, err := g.Generate(property.PlainMap(state))
	if err != nil {
		return "", nil, err
	}
	for name, value := range computed {
		state[name] = value
	}
	return id, g.conceal(state, r.Inputs), nil
}

// Read finds what is stored: there is nothing outside the state.
func (g *Generated) Read(_ context.Context, r Request) (State, error) {
	return State{ID: r.ID, Inputs: r.OldInputs, Properties: r.State}, nil
}

// Update keeps what was generated and takes over inputs that change in place.
func (g *Generated) Update(_ context.Context, r Request) (property.Map, error) {
	state := property.Clone(r.State)
	for name, value := range g.complete(r.Inputs) {
		state[name] = value
	}
	return g.conceal(state, r.Inputs), nil
}

// Delete has nothing to take away.
func (g *Generated) Delete(context.Context, Request) error { return nil }

// complete puts the default in the place of an absent input.
func (g *Generated) complete(inputs property.Map) property.Map {
	complete := property.Map{}
	for name, standard := range g.Inputs {
		if value := inputs[name]; value != nil {
			complete[name] = value
		} else if standard != nil {
			complete[name] = standard
		}
	}
	return complete
}

func (g *Generated) conceal(state, inputs property.Map) property.Map {
	property.KeepSecrets(state, inputs)
	for _, name := range g.Secrets {
		if value, ok := state[name]; ok {
			state[name] = property.Conceal(value)
		}
	}
	return state
}

func (g *Generated) inPlace(path string) bool {
	for _, name := range g.InPlace {
		if property.Root(path) == name {
			return true
		}
	}
	return false
}
