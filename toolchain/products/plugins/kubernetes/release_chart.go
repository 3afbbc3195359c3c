package kubernetes

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"helm.sh/helm/v3/pkg/action"
	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/cli"
	"helm.sh/helm/v3/pkg/downloader"
	"helm.sh/helm/v3/pkg/getter"
	"helm.sh/helm/v3/pkg/registry"
	"helm.sh/helm/v3/pkg/repo"
)

// loadedChart finds the chart of a release where the release says: in a folder
// or archive, in an OCI registry or in a repository with an index.
func loadedChart(spec *releaseSpec) (*chart.Chart, error) {
	settings := cli.New()
	client, err := registryClient(settings, spec)
	if err != nil {
		return nil, err
	}
	// two releases may want different charts of one name: each has a place of its own
	folder, err := os.MkdirTemp("", "plinth-chart-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	path, err := chartPath(settings, client, spec, folder)
	if err != nil {
		return nil, err
	}
	found, err := loader.Load(path)
	if err != nil {
		return nil, err
	}
	if kind := found.Metadata.Type; kind != "" && kind != "application" {
		return nil, fmt.Errorf("%s charts are not installable", kind)
	}
	return found, action.CheckDependencies(found, found.Metadata.Dependencies)
}

// chartPath is where the chart lies on this machine, downloaded into a folder if
// need be.
func chartPath(
	settings *cli.EnvSettings, client *registry.Client, spec *releaseSpec, folder string,
) (string, error) {
	name, version, opts := strings.TrimSpace(spec.Chart), strings.TrimSpace(spec.Version), spec.repository()
	if version == "" && spec.Devel {
		version = ">0.0.0-0"
	}
	getters := getter.All(settings)
	download := downloader.ChartDownloader{
		Out: io.Discard, Getters: getters, RegistryClient: client,
		Options:          []getter.Option{getter.WithTLSClientConfig(opts.CertFile, opts.KeyFile, opts.CAFile)},
		RepositoryConfig: settings.RepositoryConfig, RepositoryCache: settings.RepositoryCache,
	}
	switch {
	case registry.IsOCI(name):
		download.Options = append(download.Options,
			getter.WithRegistryClient(client), getter.WithBasicAuth(opts.Username, opts.Password))
	case opts.Repo != "":
		address, err := repo.FindChartInAuthAndTLSAndPassRepoURL(
			opts.Repo, opts.Username, opts.Password, name, version, opts.CertFile, opts.KeyFile,
			opts.CAFile, false, false, getters)
		if err != nil {
			return "", err
		}
		name = address
		// the index may point to another server, whom the password is none of the business of
		if sameServer(opts.Repo, address) {
			download.Options = append(download.Options, getter.WithBasicAuth(opts.Username, opts.Password))
		}
	default:
		path, found, err := localChart(name)
		if found || err != nil {
			return path, err
		}
	}
	path, _, err := download.DownloadTo(name, version, folder)
	return path, err
}

// localChart is the absolute path of a chart on this machine, if it is there. A
// folder counts only with a Chart.yaml, as it may be named like a repository.
func localChart(name string) (string, bool, error) {
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, os.ErrNotExist):
		if filepath.IsAbs(name) || strings.HasPrefix(name, ".") {
			return "", false, fmt.Errorf("path %q not found", name)
		}
		return "", false, nil
	case err != nil:
		return "", false, err
	case info.IsDir():
		if _, err := os.Stat(filepath.Join(name, "Chart.yaml")); err != nil {
			return "", false, nil
		}
	}
	path, err := filepath.Abs(name)
	return path, true, err
}

// registryClient speaks to OCI registries: with the release's own password and
// certificates if it has a password, else as the user who is logged in.
func registryClient(settings *cli.EnvSettings, spec *releaseSpec) (*registry.Client, error) {
	options := []registry.ClientOption{
		registry.ClientOptEnableCache(true), registry.ClientOptWriter(io.Discard),
		registry.ClientOptCredentialsFile(settings.RegistryConfig),
	}
	if opts := spec.repository(); opts.Username != "" && opts.Password != "" {
		config, err := opts.tlsConfig()
		if err != nil {
			return nil, err
		}
		transport := &http.Transport{TLSClientConfig: config, Proxy: http.ProxyFromEnvironment}
		options = append(options,
			registry.ClientOptHTTPClient(&http.Client{Transport: transport}),
			registry.ClientOptBasicAuth(opts.Username, opts.Password))
	}
	return registry.NewClient(options...)
}

func (s *releaseSpec) repository() repositoryOpts {
	if s.RepositoryOpts == nil {
		return repositoryOpts{}
	}
	return *s.RepositoryOpts
}

func (o repositoryOpts) tlsConfig() (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if o.CertFile != "" && o.KeyFile != "" {
		pair, err := tls.LoadX509KeyPair(o.CertFile, o.KeyFile)
		if err != nil {
			return nil, err
		}
		config.Certificates = []tls.Certificate{pair}
	}
	if o.CAFile != "" {
		pem, err := os.ReadFile(o.CAFile)
		if err != nil {
			return nil, err
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("no certificate in %s", o.CAFile)
		}
	}
	return config, nil
}

func sameServer(one, other string) bool {
	a, err := url.Parse(one)
	if err != nil {
		return false
	}
	b, err := url.Parse(other)
	return err == nil && a.Scheme == b.Scheme && a.Host == b.Host
}
