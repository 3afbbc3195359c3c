#!/usr/bin/env bash
# k8s.io/apimachinery 0.36.4 (Kubernetes 1.36): a memory of "0.1Gi" comes back as "107374182400m", that
# is in thousandths of a byte.
#
# Why it surprises: the text is valid, and "1.5Gi" comes back as a readable "1536Mi". A tenth of a
# power of two is no whole number of bytes, so the canonical form falls from Gi to the suffix "m"
# of CPU shares. A program that works out `${host / 10}Gi` writes such values, and whatever
# compares text with what the API server stored sees a change for ever. Value() rounds up.
#
# Seen (input, String(), Value()):
#   0.1Gi    107374182400m   107374183
#   1.5Gi    1536Mi          1610612736
#   1024Mi   1Gi             1073741824
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat >main.go <<'GO'
package main

import (
	"fmt"

	"k8s.io/apimachinery/pkg/api/resource"
)

func main() {
	for _, text := range []string{"0.1Gi", "1.5Gi", "1024Mi"} {
		quantity := resource.MustParse(text)
		// as the API server answers it: the text that was parsed is forgotten on the way
		quantity.Add(resource.Quantity{})
		fmt.Println(text, quantity.String(), quantity.Value())
	}
}
GO
export GOTOOLCHAIN=local GOFLAGS=-trimpath CGO_ENABLED=0
go mod init finding
go get k8s.io/apimachinery/pkg/api/resource@v0.36.4
go run . | tee seen.txt
[ "$(cat seen.txt)" = '0.1Gi 107374182400m 107374183
1.5Gi 1536Mi 1610612736
1024Mi 1Gi 1073741824' ]
