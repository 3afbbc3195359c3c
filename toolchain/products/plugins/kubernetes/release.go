package kubernetes

import (
	"context"
	"errors"
	"fmt"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"plinth/toolchain/plugins/property"
	"plinth/toolchain/plugins/provider"
)

// releases is the life of Helm releases, by Helm's own library.
type releases struct{ *plugin }

// Check fills in the defaults and looks for the chart: one that cannot be had is
// told before anything is done, and a range of versions becomes the one that
// will be taken.
func (p *releases) Check(
	ctx context.Context, r provider.Request,
) (property.Map, []provider.Failure, error) {
	if p.unreachable != "" && p.skipUpdateUnreachable {
		r.Log.Warning(ctx, "Cluster is unreachable but skipUpdateUnreachable flag is set to true, skipping...")
		return r.OldInputs, nil, nil
	}
	spec, err := parseRelease(r.Inputs)
	if err != nil {
		return nil, nil, err
	}
	if name := spec.unserved(r.Inputs); name != "" {
		return nil, nil, fmt.Errorf("this stand-in of kubernetes does nothing about %q of a release", name)
	}
	p.complete(spec, r)
	var failures []provider.Failure
	if !property.HasUnknown(r.Inputs) {
		if chart, err := loadedChart(spec); err != nil {
			failures = append(failures, provider.Failure{
				Property: "chart",
				Reason:   fmt.Sprintf("%v; check the chart name and repository configuration.", err),
			})
		} else {
			spec.Version = chart.Metadata.Version
		}
	}
	checked, err := spec.properties(r.Inputs)
	for _, output := range []string{"resourceNames", "status"} {
		delete(checked, output)
	}
	return checked, failures, err
}

// complete gives a release what it leaves open.
func (p *releases) complete(spec *releaseSpec, r provider.Request) {
	if spec.Name == "" && r.Inputs["name"] == nil {
		if old, ok := property.Reveal(r.OldInputs["name"]).(string); ok {
			spec.Name = old
		} else {
			spec.Name = r.Name + "-" + randomHex(4)
		}
	}
	if spec.Namespace == "" {
		spec.Namespace = canonicalNamespace(p.namespace)
	}
	if !spec.SkipAwait && r.Inputs["timeout"] == nil {
		spec.Timeout = releaseTimeout
	}
}

// Diff compares the wanted inputs with the release as last seen, and with the
// inputs that made it for what is no longer wanted.
func (p *releases) Diff(_ context.Context, r provider.Request) (provider.Diff, error) {
	olds, _ := property.Plain(r.State[keyInputs]).(property.Map)
	delete(olds, "resourceNames")
	news := property.PlainMap(r.Inputs)
	for _, path := range r.IgnoreChanges {
		if path == "version" {
			news["version"] = property.Plain(r.State["version"])
		}
	}
	base := lastSeen(property.PlainMap(r.State), olds, news)
	// marks of secrets keep the paths into them out of the preview
	markSecrets(base, r.Inputs)
	markSecrets(news, r.Inputs)
	changes := property.Diff(base, news)
	addNulls(changes, "values", news["values"], olds["values"])
	for _, path := range []string{"name", "namespace"} {
		if change, ok := changes[path]; ok {
			changes[path] = property.Replacing(change)
		}
	}
	return provider.Diff{Changes: changes}, nil
}

// addNulls adds the values that have become null, which takes a chart's own
// value away; to the rest null is the same as nothing.
func addNulls(changes property.Changes, path string, news, olds any) {
	newMap, _ := news.(property.Map)
	oldMap, _ := olds.(property.Map)
	for key, next := range newMap {
		old, was := oldMap[key]
		if next == nil && !was {
			changes[property.Join(path, key)] = pulumirpc.PropertyDiff_ADD
		}
		addNulls(changes, property.Join(path, key), next, old)
	}
}

// lastSeen is the state as far as it concerns the inputs, new or old. What is in
// the state alone is nobody's difference: Helm filled it in.
func lastSeen(state, olds, news property.Map) property.Map {
	seen := property.Map{}
	for key, old := range olds {
		if news[key] == nil {
			seen[key] = old
		}
	}
	for key, next := range news {
		value, ok := state[key]
		if !ok || next == nil {
			continue
		}
		valueMap, isMap := value.(property.Map)
		nextMap, wasMap := next.(property.Map)
		if isMap && wasMap {
			oldMap, _ := olds[key].(property.Map)
			value = lastSeen(valueMap, oldMap, nextMap)
		}
		seen[key] = value
	}
	return seen
}

// Create installs a release.
func (p *releases) Create(ctx context.Context, r provider.Request) (string, property.Map, error) {
	spec, err := parseRelease(r.Inputs)
	if err != nil {
		return "", nil, err
	}
	if !r.Preview {
		if p.unreachable != "" {
			return "", nil, fmt.Errorf("can't create Helm Release with unreachable cluster: %s", p.unreachable)
		}
		err = p.install(ctx, spec)
	}
	state, err := outcome(spec, r, err, "Helm release %q was created, but failed to initialize completely. "+
		"Use Helm CLI to investigate: %w")
	if r.Preview {
		return "", state, err
	}
	return spec.id(), state, err
}

// outcome is what is stored after an action: a release that failed and is still
// there is kept with its reason.
func outcome(spec *releaseSpec, r provider.Request, err error, text string) (property.Map, error) {
	var failed *failedRelease
	if err != nil && !errors.As(err, &failed) {
		return nil, err
	}
	state, storeErr := spec.stored(r, r.Inputs)
	if storeErr != nil {
		return nil, storeErr
	}
	if failed == nil {
		return state, nil
	}
	return nil, &provider.PartialError{
		ID: spec.id(), State: state, Reasons: []string{fmt.Errorf(text, spec.id(), failed).Error()},
	}
}

// Read finds the newest revision of a release. Its inputs stay what they were:
// what was changed by Helm alone is in the state.
func (p *releases) Read(ctx context.Context, r provider.Request) (provider.State, error) {
	if p.unreachable != "" {
		return p.readUnreachable(ctx, r)
	}
	spec, err := parseRelease(r.State)
	if err != nil {
		return provider.State{}, err
	}
	if spec.Name == "" {
		return provider.State{}, fmt.Errorf("this stand-in of kubernetes imports no releases: %q", r.ID)
	}
	config, err := p.helm(spec.Namespace)
	if err != nil {
		return provider.State{}, err
	}
	live, err := lookUp(config, spec.Name)
	if live == nil || err != nil {
		return provider.State{}, err
	}
	if err := spec.take(live); err != nil {
		return provider.State{}, err
	}
	inputs, _ := property.Reveal(r.State[keyInputs]).(property.Map)
	state, err := spec.stored(r, inputs)
	return provider.State{ID: r.ID, Inputs: inputs, Properties: state}, err
}

// Update upgrades a release; an atomic one that does not get ready is rolled
// back, and still an error.
func (p *releases) Update(ctx context.Context, r provider.Request) (property.Map, error) {
	spec, err := parseRelease(r.Inputs)
	if err != nil {
		return nil, err
	}
	if !r.Preview {
		if p.unreachable != "" {
			return nil, fmt.Errorf("can't update Helm Release with unreachable cluster: %s", p.unreachable)
		}
		old, parseErr := parseRelease(r.State)
		if parseErr != nil {
			return nil, parseErr
		}
		err = p.upgrade(ctx, spec, old.Namespace)
	}
	return outcome(spec, r, err, "Helm release %q failed to initialize completely. Use Helm CLI to investigate: %w")
}

// Delete uninstalls a release and waits until its objects are gone.
func (p *releases) Delete(ctx context.Context, r provider.Request) error {
	if p.unreachable != "" {
		return p.forgetUnreachable(ctx, r)
	}
	spec, err := parseRelease(r.State)
	if err != nil {
		return err
	}
	information, err := p.uninstall(spec)
	if err == nil && information != "" {
		r.Log.Warning(ctx, fmt.Sprintf("Helm uninstall returned information: %q", information))
	}
	return err
}
