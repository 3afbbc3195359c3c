package property

import (
	"fmt"
	"reflect"
	"strings"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// Change is how one property differs.
type Change = pulumirpc.PropertyDiff_Kind

// Changes are differences by property path, as the engine shows them.
type Changes map[string]Change

// Diff compares two bags leaf by leaf. A secret is a leaf: the path into it
// would tell something about it.
func Diff(olds, news Map) Changes {
	changes := Changes{}
	changes.compareMaps("", olds, news)
	return changes
}

func (c Changes) compareMaps(path string, olds, news Map) {
	for key, old := range olds {
		if next, ok := news[key]; ok && next != nil {
			c.compare(Join(path, key), old, next)
		} else if old != nil {
			c[Join(path, key)] = pulumirpc.PropertyDiff_DELETE
		}
	}
	for key, next := range news {
		if old, ok := olds[key]; next != nil && (!ok || old == nil) {
			c[Join(path, key)] = pulumirpc.PropertyDiff_ADD
		}
	}
}

func (c Changes) compare(path string, old, next any) {
	if old == nil {
		return // compareMaps records it as added
	}
	oldMap, oldOK := old.(Map)
	nextMap, nextOK := next.(Map)
	if oldOK && nextOK {
		c.compareMaps(path, oldMap, nextMap)
		return
	}
	oldList, oldOK := old.([]any)
	nextList, nextOK := next.([]any)
	if oldOK && nextOK {
		c.compareLists(path, oldList, nextList)
		return
	}
	if !reflect.DeepEqual(Plain(old), Plain(next)) {
		c[path] = pulumirpc.PropertyDiff_UPDATE
	}
}

func (c Changes) compareLists(path string, olds, news []any) {
	for i := range max(len(olds), len(news)) {
		item := fmt.Sprintf("%s[%d]", path, i)
		switch {
		case i >= len(olds):
			c[item] = pulumirpc.PropertyDiff_ADD
		case i >= len(news):
			c[item] = pulumirpc.PropertyDiff_DELETE
		default:
			c.compareItem(item, olds[i], news[i])
		}
	}
}

func (c Changes) compareItem(path string, old, next any) {
	if old == nil || next == nil {
		if old != next {
			c[path] = pulumirpc.PropertyDiff_UPDATE
		}
		return
	}
	c.compare(path, old, next)
}

// Join adds a key to a property path, in brackets where a dot would lie.
func Join(path, key string) string {
	switch {
	case strings.ContainsAny(key, `."[]`):
		return fmt.Sprintf(`%s["%s"]`, path, strings.ReplaceAll(key, `"`, `\"`))
	case path == "":
		return key
	default:
		return path + "." + key
	}
}

// Root is the top-level property that a path belongs to.
func Root(path string) string {
	root, _, _ := strings.Cut(path, ".")
	root, _, _ = strings.Cut(root, "[")
	return root
}

// Replacing turns the change of a property into one that replaces the resource.
func Replacing(change Change) Change {
	switch change {
	case pulumirpc.PropertyDiff_ADD:
		return pulumirpc.PropertyDiff_ADD_REPLACE
	case pulumirpc.PropertyDiff_DELETE:
		return pulumirpc.PropertyDiff_DELETE_REPLACE
	case pulumirpc.PropertyDiff_UPDATE:
		return pulumirpc.PropertyDiff_UPDATE_REPLACE
	default:
		return change
	}
}
