package kubernetes

import (
	"encoding/json"
	"fmt"
	"time"

	"helm.sh/helm/v3/pkg/release"

	"plinth/toolchain/plugins/property"
	"plinth/toolchain/plugins/provider"
)

// releaseTimeout is how long a release may take unless it says otherwise, in seconds.
const releaseTimeout = 300

// releaseSpec has the properties of a release, inputs and outputs, under the
// official plugin's names. That one stores all of them, set or not.
type releaseSpec struct {
	AllowNullValues          bool            `json:"allowNullValues"`
	Atomic                   bool            `json:"atomic"`
	Chart                    string          `json:"chart"`
	CleanupOnFail            bool            `json:"cleanupOnFail"`
	CreateNamespace          bool            `json:"createNamespace"`
	DependencyUpdate         bool            `json:"dependencyUpdate"`
	Description              string          `json:"description"`
	Devel                    bool            `json:"devel"`
	DisableCRDHooks          bool            `json:"disableCRDHooks"`
	DisableOpenapiValidation bool            `json:"disableOpenapiValidation"`
	DisableWebhooks          bool            `json:"disableWebhooks"`
	ForceUpdate              bool            `json:"forceUpdate"`
	Keyring                  string          `json:"keyring"`
	Lint                     bool            `json:"lint"`
	MaxHistory               *int            `json:"maxHistory"`
	Name                     string          `json:"name"`
	Namespace                string          `json:"namespace"`
	Postrender               string          `json:"postrender"`
	RecreatePods             bool            `json:"recreatePods"`
	RenderSubchartNotes      bool            `json:"renderSubchartNotes"`
	Replace                  bool            `json:"replace"`
	RepositoryOpts           *repositoryOpts `json:"repositoryOpts"`
	ResetValues              bool            `json:"resetValues"`
	ReuseValues              bool            `json:"reuseValues"`
	SkipAwait                bool            `json:"skipAwait"`
	SkipCrds                 bool            `json:"skipCrds"`
	Timeout                  int             `json:"timeout"`
	Values                   map[string]any  `json:"values"`
	Verify                   bool            `json:"verify"`
	Version                  string          `json:"version"`
	WaitForJobs              bool            `json:"waitForJobs"`

	ResourceNames map[string][]string `json:"resourceNames"`
	Status        *releaseStatus      `json:"status"`
}

// repositoryOpts say where a chart that is named comes from.
type repositoryOpts struct {
	CAFile   string `json:"caFile"`
	CertFile string `json:"certFile"`
	KeyFile  string `json:"keyFile"`
	Password string `json:"password"`
	Repo     string `json:"repo"`
	Username string `json:"username"`
}

// releaseStatus is what Helm says of a release.
type releaseStatus struct {
	AppVersion string `json:"appVersion"`
	Chart      string `json:"chart"`
	Name       string `json:"name"`
	Namespace  string `json:"namespace"`
	Revision   int    `json:"revision"`
	Status     string `json:"status"`
	Version    string `json:"version"`
}

// parseRelease reads a release from its properties; what is yet unknown is
// taken for unset.
func parseRelease(properties property.Map) (*releaseSpec, error) {
	data, err := json.Marshal(known(property.PlainMap(properties)))
	if err != nil {
		return nil, err
	}
	spec := &releaseSpec{}
	if err := json.Unmarshal(data, spec); err != nil {
		return nil, fmt.Errorf("not the properties of a release: %w", err)
	}
	if spec.Values == nil {
		spec.Values = map[string]any{}
	}
	return spec, nil
}

// known is a value with null in place of everything unknown.
func known(v any) any {
	switch v := v.(type) {
	case property.Unknown:
		return nil
	case property.Map:
		all := make(property.Map, len(v))
		for key, value := range v {
			all[key] = known(value)
		}
		return all
	case []any:
		items := make([]any, len(v))
		for i, item := range v {
			items[i] = known(item)
		}
		return items
	default:
		return v
	}
}

// properties are all of a release; what is unknown or secret in the inputs is
// so in them.
func (s *releaseSpec) properties(inputs property.Map) (property.Map, error) {
	data, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	properties := property.Map{}
	if err := json.Unmarshal(data, &properties); err != nil {
		return nil, err
	}
	markUnknown(properties, inputs)
	markSecrets(properties, inputs)
	return properties, nil
}

// stored is the release as the state keeps it, with the inputs that made it.
func (s *releaseSpec) stored(r provider.Request, inputs property.Map) (property.Map, error) {
	state, err := s.properties(inputs)
	if err != nil {
		return nil, err
	}
	state[keyInputs] = property.Conceal(inputs)
	if r.Preview {
		state["resourceNames"], state["status"] = property.Unknown{}, property.Unknown{}
	}
	return state, nil
}

// markUnknown copies unknowns of the inputs to the same places; a list is
// unknown as a whole.
func markUnknown(properties, inputs property.Map) {
	for key, input := range inputs {
		value, ok := properties[key]
		if !ok || !property.HasUnknown(input) {
			continue
		}
		valueMap, isMap := value.(property.Map)
		inputMap, wasMap := input.(property.Map)
		if isMap && wasMap {
			markUnknown(valueMap, inputMap)
		} else {
			properties[key] = property.Unknown{}
		}
	}
}

// take fills in what Helm knows of a release, values and version among it:
// what was changed by Helm alone is a difference to the inputs.
func (s *releaseSpec) take(live *release.Release) error {
	s.Values = merged(s.Values, live.Config)
	s.Version = live.Chart.Metadata.Version
	s.Status = &releaseStatus{
		AppVersion: live.Chart.Metadata.AppVersion, Chart: live.Chart.Metadata.Name,
		Name: live.Name, Namespace: live.Namespace, Revision: live.Version,
		Status: live.Info.Status.String(), Version: live.Chart.Metadata.Version,
	}
	var err error
	s.ResourceNames, err = resourceNames(live.Manifest)
	return err
}

// merged are two sets of values, of which the second wins.
func merged(base, over map[string]any) map[string]any {
	all := make(map[string]any, len(base))
	for key, value := range base {
		all[key] = value
	}
	for key, value := range over {
		inner, isMap := value.(map[string]any)
		below, wasMap := all[key].(map[string]any)
		if isMap && wasMap {
			value = merged(below, inner)
		}
		all[key] = value
	}
	return all
}

func (s *releaseSpec) timeout() time.Duration {
	if s.Timeout == 0 {
		return releaseTimeout * time.Second
	}
	return time.Duration(s.Timeout) * time.Second
}

func (s *releaseSpec) id() string { return s.Namespace + "/" + s.Name }

// unserved names a property of the official plugin that this one does nothing
// about, when it is set.
func (s *releaseSpec) unserved(inputs property.Map) string {
	for name, set := range map[string]bool{
		"dependencyUpdate": s.DependencyUpdate, "lint": s.Lint, "postrender": s.Postrender != "",
		"valueYamlFiles": inputs["valueYamlFiles"] != nil, "verify": s.Verify,
	} {
		if set {
			return name
		}
	}
	return ""
}
