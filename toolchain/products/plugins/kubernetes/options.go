package kubernetes

import (
	"encoding/json"
	"fmt"
	"os"
	"time"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientapi "k8s.io/client-go/tools/clientcmd/api"
)

// options are the provider's inputs, all of which may also be set by
// environment variables.
type options struct {
	kubeconfig string
	context    string
	clusterRef string
	namespaced string

	deleteUnreachable     bool
	skipUpdateUnreachable bool
	patchForce            bool
	upsertExisting        bool
	configMapMutable      bool
	secretMutable         bool

	client clientSettings
}

// clientSettings limit the API client.
type clientSettings struct {
	Burst   *int     `json:"burst"`
	QPS     *float64 `json:"qps"`
	Timeout *int     `json:"timeout"`
}

func parseOptions(variables map[string]string) (options, error) {
	value := func(name string) string { return variables["kubernetes:config:"+name] }
	enabled := func(name, environment string) bool {
		if set, ok := variables["kubernetes:config:"+name]; ok {
			return set == "true"
		}
		return os.Getenv(environment) == "true"
	}
	if set := value("enableServerSideApply"); set == "false" {
		return options{}, fmt.Errorf(
			"this stand-in of kubernetes has server-side apply only, enableServerSideApply is %q", set)
	}
	if set := value("renderYamlToDirectory"); set != "" {
		return options{}, fmt.Errorf("this stand-in of kubernetes renders no YAML, renderYamlToDirectory is %q", set)
	}
	opts := options{
		kubeconfig: value("kubeconfig"), context: value("context"),
		clusterRef: value("cluster"), namespaced: value("namespace"),

		deleteUnreachable:     enabled("deleteUnreachable", "PULUMI_K8S_DELETE_UNREACHABLE"),
		skipUpdateUnreachable: enabled("skipUpdateUnreachable", "PULUMI_K8S_SKIP_UPDATE_UNREACHABLE"),
		patchForce:            enabled("enablePatchForce", "PULUMI_K8S_ENABLE_PATCH_FORCE"),
		upsertExisting:        enabled("upsertExistingObjects", "PULUMI_K8S_UPSERT_EXISTING_OBJECTS"),
		configMapMutable:      enabled("enableConfigMapMutable", "PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE"),
		secretMutable:         enabled("enableSecretMutable", "PULUMI_K8S_ENABLE_SECRET_MUTABLE"),
	}
	if settings := value("kubeClientSettings"); settings != "" {
		if err := json.Unmarshal([]byte(settings), &opts.client); err != nil {
			return options{}, fmt.Errorf("kubeClientSettings: %w", err)
		}
	}
	return opts, nil
}

// loader reads the kubeconfig, given or ambient.
func (o options) loader() (clientcmd.ClientConfig, error) {
	overrides := &clientcmd.ConfigOverrides{
		Context:        clientapi.Context{Cluster: o.clusterRef, Namespace: o.namespaced},
		CurrentContext: o.context,
	}
	if o.kubeconfig == "" {
		return clientcmd.NewNonInteractiveDeferredLoadingClientConfig(
			clientcmd.NewDefaultClientConfigLoadingRules(), overrides), nil
	}
	parsed, err := parseKubeconfig(o.kubeconfig)
	if err != nil {
		return nil, err
	}
	return clientcmd.NewDefaultClientConfig(*parsed, overrides), nil
}

// clientConfig resolves the kubeconfig and the namespace that it or the
// provider names.
func (o options) clientConfig() (*rest.Config, string, error) {
	loaded, err := o.loader()
	if err != nil {
		return nil, o.namespaced, err
	}
	namespace, _, err := loaded.Namespace()
	if err != nil {
		namespace = o.namespaced
	}
	config, err := loaded.ClientConfig()
	if err != nil {
		return nil, namespace, err
	}
	config.QPS, config.Burst = 50, 120
	if o.client.QPS != nil {
		config.QPS = float32(*o.client.QPS)
	}
	if o.client.Burst != nil {
		config.Burst = *o.client.Burst
	}
	if o.client.Timeout != nil {
		config.Timeout = time.Duration(*o.client.Timeout) * time.Second
	}
	config.WarningHandler = rest.NoWarnings{}
	return config, namespace, nil
}

// parseKubeconfig takes the content of a kubeconfig or the path to one.
func parseKubeconfig(text string) (*clientapi.Config, error) {
	if content, err := os.ReadFile(text); err == nil {
		text = string(content)
	}
	return clientcmd.Load([]byte(text))
}
