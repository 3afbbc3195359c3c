package kubernetes

import (
	"encoding/json"
	"reflect"

	clientapi "k8s.io/client-go/tools/clientcmd/api"

	"plinth/toolchain/plugins/property"
)

// clusterKeys are the inputs that say which cluster is meant.
var clusterKeys = []string{"kubeconfig", "context", "cluster"}

// DiffConfig replaces the provider, and so every object, when it points to
// another cluster. A cluster identifier that stays the same rules that out;
// without one the server's entry in the kubeconfig has to tell.
func (p *plugin) DiffConfig(olds, news property.Map) (property.Changes, error) {
	olds, news = property.PlainMap(olds), property.PlainMap(news)
	changes := property.Diff(olds, news)
	if len(changes) == 0 {
		return nil, nil
	}
	replace := func(key string) { changes[key] = property.Replacing(changes[key]) }
	oldID, newID := olds["clusterIdentifier"], news["clusterIdentifier"]
	if newID != nil && oldID == newID {
		return changes, nil
	}
	if oldID != nil && newID != nil {
		replace("clusterIdentifier")
	}
	for _, key := range clusterKeys {
		if _, unknown := news[key].(property.Unknown); unknown {
			replace(key)
			return changes, nil
		}
	}
	oldCluster, err := activeCluster(olds)
	if err != nil {
		return nil, err
	}
	newCluster, err := activeCluster(news)
	if err != nil {
		return nil, err
	}
	if oldCluster != nil && newCluster != nil && !reflect.DeepEqual(oldCluster, newCluster) {
		for _, key := range clusterKeys {
			if _, changed := changes[key]; changed {
				replace(key)
			}
		}
	}
	return changes, nil
}

// activeCluster is the entry of the cluster that the inputs select, or nil.
func activeCluster(inputs property.Map) (*clientapi.Cluster, error) {
	text, ok := inputs["kubeconfig"].(string)
	if asMap, isMap := inputs["kubeconfig"].(property.Map); isMap {
		encoded, err := json.Marshal(asMap)
		if err != nil {
			return nil, err
		}
		text, ok = string(encoded), true
	}
	if !ok || text == "" {
		return nil, nil
	}
	config, err := parseKubeconfig(text)
	if err != nil {
		return nil, err
	}
	name := config.CurrentContext
	if chosen, ok := inputs["context"].(string); ok {
		name = chosen
	}
	context := config.Contexts[name]
	if context == nil {
		return nil, nil
	}
	if chosen, ok := inputs["cluster"].(string); ok {
		return config.Clusters[chosen], nil
	}
	return config.Clusters[context.Cluster], nil
}
