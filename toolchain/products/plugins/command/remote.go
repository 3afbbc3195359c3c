package command

import (
	"context"
	"fmt"
	"strings"

	"plinth/toolchain/plugins/property"
	"plinth/toolchain/plugins/provider"
)

// runRemote runs a command on another host, on a connection of its own.
func runRemote(ctx context.Context, call invocation) error {
	connection, _ := call.inputs["connection"].(property.Map)
	client, hangUp, err := dial(ctx, connection, call.log)
	if err != nil {
		return err
	}
	defer hangUp()
	session, err := client.NewSession()
	if err != nil {
		return err
	}
	defer session.Close()

	for name, value := range call.environment {
		if err := session.Setenv(name, value); err != nil {
			return fmt.Errorf("could not set environment variable %q, "+
				"which the server must allow by AcceptEnv: %w", name, err)
		}
	}
	for name, value := range call.previous {
		if err := session.Setenv(name, value); err != nil {
			call.log.Warning(ctx, fmt.Sprintf("could not set environment variable %q, "+
				"which the server must allow by AcceptEnv: %v", name, err))
		}
	}
	if call.stdin != "" {
		session.Stdin = strings.NewReader(call.stdin)
	}
	session.Stdout, session.Stderr = call.stdout, call.stderr
	if err := session.Run(call.line); err != nil {
		return &failed{err}
	}
	return nil
}

// completeRemote fills in the defaults of a connection and makes it secret.
func completeRemote(inputs property.Map) (property.Map, []provider.Failure) {
	given := property.Reveal(inputs["connection"])
	if _, unknown := given.(property.Unknown); unknown {
		return inputs, nil
	}
	connection, ok := given.(property.Map)
	if !ok {
		return inputs, []provider.Failure{{
			Property: "connection", Reason: `missing required property "connection"`,
		}}
	}
	connection = withDefaults(connection)
	var failures []provider.Failure
	if connection["host"] == nil {
		failures = append(failures, provider.Failure{
			Property: "connection.host", Reason: `missing required property "host"`,
		})
	}
	if proxy, ok := property.Reveal(connection["proxy"]).(property.Map); ok {
		connection["proxy"] = withDefaults(proxy)
	}
	inputs["connection"] = property.Conceal(connection)
	return inputs, failures
}

func withDefaults(connection property.Map) property.Map {
	complete := property.Map{
		"user": "root", "port": 22.0, "dialErrorLimit": 10.0, "perDialTimeout": 15.0,
	}
	for name, value := range connection {
		if value != nil {
			complete[name] = value
		}
	}
	return complete
}
