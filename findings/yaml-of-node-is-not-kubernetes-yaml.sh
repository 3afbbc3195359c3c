#!/usr/bin/env bash
# js-yaml 4.1.1 and yaml 2.8.1 (Node.js) beside sigs.k8s.io/yaml 1.6.0 (kubectl, the API server's
# clients): one manifest, two meanings.
#
# Why it surprises: all three are taken for "YAML" without a setting. Kubernetes reads the words of
# YAML 1.1, both Node libraries the core of 1.2. Reading: `defaultMode: 0644`, as documents and
# charts write it, is 420 for kubectl and 644 (that is mode 1204) in Node, sent on without a word.
# Writing: yaml leaves the text "yes" unquoted, since 1.2 has no such boolean, and kubectl sees true,
# which a ConfigMap or an environment variable refuses; a key "n" becomes "false". js-yaml quotes
# those words.
#
# Seen:
#   "mode: 0644"                  js-yaml 644, yaml 644       sigs.k8s.io/yaml 420
#   yaml.stringify({ n: "yes" })  n: yes                      sigs.k8s.io/yaml {"false":true}
#   jsyaml.dump({ n: "yes" })     'n': 'yes'                  sigs.k8s.io/yaml {"n":"yes"}
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --no-audit --no-fund --ignore-scripts js-yaml@4.1.1 yaml@2.8.1
cat >program.cjs <<'NODE'
const { writeFileSync } = require("node:fs");
const jsYaml = require("js-yaml");
const yaml = require("yaml");
const mode = "mode: 0644";
console.log(JSON.stringify([jsYaml.load(mode), yaml.parse(mode)]));
writeFileSync("mode.yaml", mode);
writeFileSync("js-yaml.yaml", jsYaml.dump({ n: "yes" }));
writeFileSync("yaml.yaml", yaml.stringify({ n: "yes" }));
NODE
cat >main.go <<'GO'
package main

import (
	"fmt"
	"os"

	"sigs.k8s.io/yaml"
)

func main() {
	for _, file := range os.Args[1:] {
		text, _ := os.ReadFile(file)
		json, err := yaml.YAMLToJSON(text)
		fmt.Println(file, string(json), err)
	}
}
GO
node program.cjs | tee node.txt
export GOTOOLCHAIN=local GOFLAGS=-trimpath CGO_ENABLED=0
go mod init finding
go get sigs.k8s.io/yaml@v1.6.0
go run . mode.yaml yaml.yaml js-yaml.yaml | tee go.txt
[ "$(cat node.txt)" = '[{"mode":644},{"mode":644}]' ]
grep -qxF 'mode.yaml {"mode":420} <nil>' go.txt
grep -qxF 'yaml.yaml {"false":true} <nil>' go.txt
grep -qxF 'js-yaml.yaml {"n":"yes"} <nil>' go.txt
