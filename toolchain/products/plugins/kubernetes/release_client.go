package kubernetes

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"helm.sh/helm/v3/pkg/action"
	"helm.sh/helm/v3/pkg/release"
	"helm.sh/helm/v3/pkg/releaseutil"
	"helm.sh/helm/v3/pkg/storage/driver"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"
	"k8s.io/client-go/tools/clientcmd"
	clientapi "k8s.io/client-go/tools/clientcmd/api"
	"sigs.k8s.io/yaml"
)

// helmAccess gives Helm's library the cluster of the plugin, and the namespace
// of objects that name none.
type helmAccess struct {
	*plugin
	namespace string
}

func (a helmAccess) ToRESTConfig() (*rest.Config, error) {
	config, _, err := a.clientConfig()
	return config, err
}

func (a helmAccess) ToDiscoveryClient() (discovery.CachedDiscoveryInterface, error) {
	config, err := a.ToRESTConfig()
	if err != nil {
		return nil, err
	}
	client, err := discovery.NewDiscoveryClientForConfig(config)
	if err != nil {
		return nil, err
	}
	return memory.NewMemCacheClient(client), nil
}

func (a helmAccess) ToRESTMapper() (meta.RESTMapper, error) {
	client, err := a.ToDiscoveryClient()
	if err != nil {
		return nil, err
	}
	return restmapper.NewShortcutExpander(
		restmapper.NewDeferredDiscoveryRESTMapper(client), client, nil), nil
}

func (a helmAccess) ToRawKubeConfigLoader() clientcmd.ClientConfig {
	o := a.options
	o.namespaced = a.namespace
	loader, err := o.loader()
	if err != nil {
		return clientcmd.NewDefaultClientConfig(clientapi.Config{}, nil)
	}
	return loader
}

// helm is Helm's library for the releases of a namespace, which it keeps in
// Secrets as the helm command does.
func (p *plugin) helm(namespace string) (*action.Configuration, error) {
	config := &action.Configuration{}
	err := config.Init(helmAccess{p, namespace}, namespace, "secret", func(string, ...any) {})
	return config, err
}

// failedRelease is a release that exists, in its new or again in its old form,
// but not as it was to be.
type failedRelease struct {
	spec *releaseSpec
	err  error
}

func (e *failedRelease) Error() string {
	return fmt.Sprintf("failed to become available within allocated timeout. Error: Helm Release %s: %v",
		e.spec.id(), e.err)
}

func (e *failedRelease) Unwrap() error { return e.err }

func (p *plugin) install(ctx context.Context, spec *releaseSpec) error {
	config, err := p.helm(spec.Namespace)
	if err != nil {
		return err
	}
	chart, err := loadedChart(spec)
	if err != nil {
		return err
	}
	install := action.NewInstall(config)
	install.ReleaseName, install.Namespace = spec.Name, spec.Namespace
	install.CreateNamespace, install.SkipCRDs = spec.CreateNamespace, spec.SkipCrds
	install.Atomic, install.Timeout = spec.Atomic, spec.timeout()
	install.Wait, install.WaitForJobs = !spec.SkipAwait, !spec.SkipAwait && spec.WaitForJobs
	install.DisableHooks, install.DisableOpenAPIValidation = spec.DisableWebhooks, spec.DisableOpenapiValidation
	install.Replace, install.Description, install.SubNotes = spec.Replace, spec.Description, spec.RenderSubchartNotes
	install.Devel = spec.Devel
	live, err := install.RunWithContext(ctx, chart, merged(nil, spec.Values))
	if err == nil {
		return spec.take(live)
	}
	if live == nil {
		return err
	}
	if found, _ := lookUp(config, spec.Name); found == nil {
		return err // taken away again, or never there
	}
	return errors.Join(spec.take(live), &failedRelease{spec, err})
}

func (p *plugin) upgrade(ctx context.Context, spec *releaseSpec, namespace string) error {
	config, err := p.helm(namespace)
	if err != nil {
		return err
	}
	chart, err := loadedChart(spec)
	if err != nil {
		return err
	}
	upgrade := action.NewUpgrade(config)
	upgrade.Namespace, upgrade.Devel = spec.Namespace, spec.Devel
	upgrade.Atomic, upgrade.CleanupOnFail, upgrade.Timeout = spec.Atomic, spec.CleanupOnFail, spec.timeout()
	upgrade.Wait, upgrade.WaitForJobs = !spec.SkipAwait, !spec.SkipAwait && spec.WaitForJobs
	upgrade.DisableHooks, upgrade.SubNotes = spec.DisableCRDHooks, spec.RenderSubchartNotes
	upgrade.Force, upgrade.Recreate = spec.ForceUpdate, spec.RecreatePods
	upgrade.ResetValues, upgrade.ReuseValues = spec.ResetValues, spec.ReuseValues
	upgrade.Description = spec.Description
	if spec.MaxHistory != nil {
		upgrade.MaxHistory = *spec.MaxHistory
	}
	live, err := upgrade.RunWithContext(ctx, spec.Name, chart, merged(nil, spec.Values))
	if err == nil {
		return spec.take(live)
	}
	if live == nil || errors.Is(err, driver.ErrNoDeployedReleases) {
		return err
	}
	return errors.Join(spec.take(live), &failedRelease{spec, err})
}

func (p *plugin) uninstall(spec *releaseSpec) (information string, err error) {
	config, err := p.helm(spec.Namespace)
	if err != nil {
		return "", err
	}
	uninstall := action.NewUninstall(config)
	if spec.Atomic || !spec.SkipAwait {
		uninstall.Wait, uninstall.Timeout = true, spec.timeout()
	}
	response, err := uninstall.Run(spec.Name)
	if err != nil {
		return "", err
	}
	return response.Info, nil
}

// lookUp finds the newest revision of a release; none is no error.
func lookUp(config *action.Configuration, name string) (*release.Release, error) {
	live, err := action.NewGet(config).Run(name)
	if errors.Is(err, driver.ErrReleaseNotFound) {
		return nil, nil
	}
	return live, err
}

// resourceNames are the objects of a manifest by kind and version.
func resourceNames(manifest string) (map[string][]string, error) {
	names := map[string][]string{}
	for _, text := range releaseutil.SplitManifests(manifest) {
		object := &unstructured.Unstructured{}
		if err := yaml.Unmarshal([]byte(text), &object.Object); err != nil {
			return nil, err
		}
		if object.GetKind() == "" {
			continue // a document of comments alone
		}
		kind := object.GroupVersionKind().GroupKind().String() + "/" + object.GetAPIVersion()
		names[kind] = append(names[kind], id(object))
	}
	for kind := range names {
		slices.Sort(names[kind])
	}
	return names, nil
}
