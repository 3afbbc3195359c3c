// Command plinth-plugins stands in for the Pulumi provider plugins random,
// tls, command and kubernetes where the official ones cannot be had. It serves
// the resource types that Plinth uses, in the way the official plugins do.
//
// The name it is started under decides which plugin it is:
// pulumi-resource-NAME ENGINE, or plinth-plugins NAME ENGINE.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"plinth/toolchain/plugins/command"
	"plinth/toolchain/plugins/kubernetes"
	"plinth/toolchain/plugins/provider"
	"plinth/toolchain/plugins/random"
	"plinth/toolchain/plugins/tls"
)

var plugins = map[string]func() provider.Plugin{
	"command":    command.New,
	"kubernetes": kubernetes.New,
	"random":     random.New,
	"tls":        tls.New,
}

func main() {
	if err := run(os.Args); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	name, ok := strings.CutPrefix(filepath.Base(args[0]), "pulumi-resource-")
	args = args[1:]
	if !ok && len(args) > 0 {
		name, args = args[0], args[1:]
	}
	open, ok := plugins[name]
	if !ok {
		return fmt.Errorf("no plugin %q here, only command, kubernetes, random and tls", name)
	}
	var engineAddress string
	for _, arg := range args {
		if !strings.HasPrefix(arg, "-") {
			engineAddress = arg
		}
	}
	return provider.Serve(name, installedVersion(), engineAddress, open())
}

// installedVersion is the version of the plugin folder the program lies in
// (resource-NAME-vVERSION): it stands in under whatever version the SDK asks for.
func installedVersion() string {
	path, err := os.Executable()
	if err != nil {
		return ""
	}
	folder := filepath.Base(filepath.Dir(path))
	_, version, _ := strings.Cut(folder, "-v")
	return version
}
