package kubernetes

import (
	"context"
	"regexp"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"plinth/toolchain/plugins/property"
	"plinth/toolchain/plugins/provider"
)

// Diff compares the wanted inputs with the live object as last stored, cut to
// the shape of the inputs it was made from. So a refresh shows drift, and what
// the cluster fills in by itself is none.
func (o *object) Diff(_ context.Context, r provider.Request) (provider.Diff, error) {
	old := parseStored(r.State)
	news := normalize(toObject(r.Inputs))
	base := prune(old.live, normalize(old.inputs))

	if o.namespacedKind(news.GroupVersionKind()) {
		for _, obj := range []*unstructured.Unstructured{base, news} {
			if !hasMetadata(obj, "namespace") {
				setMetadata(obj, "namespace", "default")
			}
		}
	} else {
		delete(metadata(base), "namespace")
		delete(metadata(news), "namespace")
	}
	if base.GetKind() == "" {
		base.SetGroupVersionKind(news.GroupVersionKind())
	}
	delete(metadata(base), "resourceVersion")
	if hasMetadata(news, "name") {
		setMetadata(base, "name", old.live.GetName())
	}

	changes := property.Diff(fromObject(base), fromObject(news))
	for path := range changes {
		if ignored(path, r.IgnoreChanges) {
			delete(changes, path)
		}
	}
	replaces := false
	forced := o.replaceFields(news)
	for path, change := range changes {
		if replacedBy(path, valueAt(news.Object, path), forced) {
			changes[path] = property.Replacing(change)
			replaces = true
		}
	}
	return provider.Diff{
		Changes: changes,
		// Two objects cannot have one name: the old one has to go first.
		DeleteBeforeReplace: replaces && hasMetadata(news, "name") &&
			!annotated(news, annotationAutonamed) &&
			metadata(news)["name"] == old.live.GetName() &&
			namespaceOf(news) == old.live.GetNamespace(),
	}, nil
}

func namespaceOf(obj *unstructured.Unstructured) any {
	if namespace, ok := metadata(obj)["namespace"]; ok {
		return namespace
	}
	return ""
}

func ignored(path string, patterns []string) bool {
	for _, pattern := range patterns {
		if path == pattern || strings.HasPrefix(path, pattern+".") || strings.HasPrefix(path, pattern+"[") {
			return true
		}
	}
	return false
}

var index = regexp.MustCompile(`\[\d+\]`)

// replacedBy tells whether a change at a path touches one of the fields that
// force a replacement: at the field, below it, or above with the field in the
// new value. Fields are written without list indices.
func replacedBy(path string, value any, fields []string) bool {
	path = index.ReplaceAllString(path, "")
	for _, field := range fields {
		if path == field || strings.HasPrefix(path, field+".") || strings.HasPrefix(path, field+"[") {
			return true
		}
		if below, ok := strings.CutPrefix(field, path+"."); ok && hasField(value, strings.Split(below, ".")) {
			return true
		}
	}
	return false
}

func hasField(value any, path []string) bool {
	switch value := value.(type) {
	case map[string]any:
		next, ok := value[path[0]]
		return ok && (len(path) == 1 || hasField(next, path[1:]))
	case []any:
		for _, item := range value {
			if hasField(item, path) {
				return true
			}
		}
	}
	return false
}

var step = regexp.MustCompile(`\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.\[\]]+)`)

// valueAt follows a property path into an object.
func valueAt(value any, path string) any {
	for _, match := range step.FindAllStringSubmatch(path, -1) {
		switch at := value.(type) {
		case map[string]any:
			value = at[match[1]+match[3]]
		case []any:
			i := 0
			for _, digit := range match[2] {
				i = i*10 + int(digit-'0')
			}
			if i >= len(at) {
				return nil
			}
			value = at[i]
		default:
			return nil
		}
	}
	return value
}
