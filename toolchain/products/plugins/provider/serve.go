package provider

import (
	"context"
	"fmt"
	"math"
	"net"
	"os"
	"time"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
)

// Serve runs a plugin until its engine is gone. It prints its port as the
// first line on stdout, which is how the engine finds it.
func Serve(name, version, engineAddress string, plugin Plugin) error {
	parent := os.Getppid() // before the engine hears of us: it may die at any time after
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	stopping, stop := context.WithCancel(context.Background())
	defer stop()
	link := &engine{}
	link.connect(engineAddress)

	// Objects and kubeconfigs grow beyond gRPC's 4 MiB; the engine has no limit.
	grpcServer := grpc.NewServer(grpc.MaxRecvMsgSize(math.MaxInt32))
	pulumirpc.RegisterResourceProviderServer(grpcServer, &server{
		plugin: plugin, name: name, version: version, engine: link, stopping: stopping, stop: stop,
	})
	go func() {
		waitForOrphanhood(parent)
		stop()
		grpcServer.Stop()
	}()
	fmt.Printf("%d\n", listener.Addr().(*net.TCPAddr).Port)
	return grpcServer.Serve(listener)
}

// waitForOrphanhood returns when the process that started this one has died: a killed engine
// tells nobody, and its plugins must not go on changing hosts behind the next
// run's back.
func waitForOrphanhood(parent int) {
	for os.Getppid() == parent {
		time.Sleep(500 * time.Millisecond)
	}
}
