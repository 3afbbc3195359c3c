// Command smoke is what the smoke check runs in pods: a web server that tells where it runs, and
// the few client commands that a check needs in an image without a shell.
package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"sort"
	"strings"
	"syscall"
	"time"
)

const usage = "usage: smoke serve | fetch URL... | resolve NAME | sleep"

func main() {
	command, arguments := "serve", os.Args[1:]
	if len(arguments) > 0 {
		command, arguments = arguments[0], arguments[1:]
	}
	if err := run(command, arguments); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(command string, arguments []string) error {
	switch {
	case command == "serve":
		return serve()
	case command == "sleep":
		wait()
		return nil
	case command == "fetch" && len(arguments) > 0:
		return fetch(arguments)
	case command == "resolve" && len(arguments) == 1:
		addresses, err := net.LookupHost(arguments[0])
		sort.Strings(addresses)
		fmt.Println(strings.Join(addresses, "\n"))
		return err
	}
	return fmt.Errorf(usage)
}

// serve answers every path with the pod's and the node's name, and logs each request.
func serve() error {
	answer := fmt.Sprintf("%s %s\n", os.Getenv("POD_NAME"), os.Getenv("NODE_NAME"))
	go func() {
		wait()
		os.Exit(0)
	}()
	fmt.Println("listening on :8080")
	return http.ListenAndServe(":8080", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Printf("%s %s %s\n", r.RemoteAddr, r.Method, r.URL.Path)
		_, _ = io.WriteString(w, answer)
	}))
}

// fetch prints the body of each URL, every one over a connection of its own.
func fetch(urls []string) error {
	client := http.Client{Timeout: 3 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	for _, url := range urls {
		response, err := client.Get(url)
		if err != nil {
			return err
		}
		_, err = io.Copy(os.Stdout, response.Body)
		_ = response.Body.Close()
		if err != nil {
			return err
		}
		if response.StatusCode != http.StatusOK {
			return fmt.Errorf("%s: %s", url, response.Status)
		}
	}
	return nil
}

func wait() {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	<-signals
}
