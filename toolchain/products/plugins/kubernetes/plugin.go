// Package kubernetes stands in for the Pulumi provider kubernetes: objects of
// any kind, created by POST, updated by server-side apply, awaited by kind.
package kubernetes

import (
	"context"
	"fmt"
	"io"
	"log"
	"log/slog"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/klog/v2"

	"plinth/toolchain/plugins/provider"
)

// New is the plugin kubernetes.
func New() provider.Plugin {
	// The engine shows a plugin's stderr to people; what client-go says there
	// is in the errors, too.
	klog.SetSlogLogger(slog.New(slog.DiscardHandler))
	// Helm's warnings quote values, secret ones among them.
	log.SetOutput(io.Discard)
	return &plugin{}
}

// plugin is one configured provider: the options and the way to its cluster.
type plugin struct {
	options
	namespace   string // of namespaced objects that name none
	cluster     *cluster
	unreachable string // why there is no cluster
}

// Resource serves every kind with one implementation; a token names the kind:
// kubernetes:apps/v1:Deployment.
func (p *plugin) Resource(token string) (provider.Resource, error) {
	parts := strings.Split(token, ":")
	if len(parts) != 3 {
		return nil, fmt.Errorf("not a resource type of kubernetes: %q", token)
	}
	groupVersion, kind := parts[1], parts[2]
	switch {
	case token == "kubernetes:helm.sh/v3:Release":
		return &releases{p}, nil
	case strings.HasPrefix(groupVersion, "helm.sh/"), strings.HasPrefix(groupVersion, "yaml"),
		strings.HasPrefix(groupVersion, "kustomize"):
		return nil, fmt.Errorf("this stand-in of kubernetes has no resource type %q", token)
	case strings.HasSuffix(kind, "List"):
		return nil, fmt.Errorf("this stand-in of kubernetes has single objects only, not %q", token)
	}
	groupVersion = strings.TrimPrefix(groupVersion, "core/")
	gv, err := schema.ParseGroupVersion(groupVersion)
	if err != nil {
		return nil, err
	}
	patched, isPatch := strings.CutSuffix(kind, "Patch")
	if isPatch && !custom(gv.WithKind(kind)) {
		return &object{plugin: p, gvk: gv.WithKind(patched), patch: true}, nil
	}
	return &object{plugin: p, gvk: gv.WithKind(kind)}, nil
}

// Configure connects to the cluster. One that cannot be reached is remembered,
// not refused: previews go on without it.
func (p *plugin) Configure(ctx context.Context, variables map[string]string) error {
	opts, err := parseOptions(variables)
	if err != nil {
		return err
	}
	p.options = opts
	config, namespace, err := opts.clientConfig()
	p.namespace = namespace
	if err != nil {
		p.unreachable = fmt.Sprintf("unable to load the kubeconfig: %v", err)
		return nil
	}
	p.cluster, err = connect(ctx, config)
	if err != nil {
		p.unreachable = fmt.Sprintf("unable to load schema information from the API server: %v", err)
	}
	return nil
}

func (p *plugin) errUnreachable() error {
	return fmt.Errorf("configured Kubernetes cluster is unreachable: %s", p.unreachable)
}
