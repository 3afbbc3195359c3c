package main_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
)

// sshServer is a host that runs commands on this machine. It takes one client
// key, passes connections on like a bastion, and accepts only the environment
// variables that begin with ALLOWED_ or PULUMI_COMMAND_STDOUT.
type sshServer struct {
	host        string
	port        float64
	hostKey     string // as in authorized_keys
	clientKey   string // in PEM form
	signer      any
	connections atomic.Int32
	forwarded   atomic.Int32
}

func startSSH(t *testing.T) *sshServer {
	t.Helper()
	_, hostKey, err := ed25519.GenerateKey(rand.Reader)
	must(t, err)
	hostSigner, err := ssh.NewSignerFromKey(hostKey)
	must(t, err)
	clientPublic, clientKey, err := ed25519.GenerateKey(rand.Reader)
	must(t, err)
	sshPublic, err := ssh.NewPublicKey(clientPublic)
	must(t, err)
	clientPEM, err := ssh.MarshalPrivateKey(clientKey, "")
	must(t, err)

	config := &ssh.ServerConfig{
		PublicKeyCallback: func(_ ssh.ConnMetadata, key ssh.PublicKey) (*ssh.Permissions, error) {
			if string(key.Marshal()) == string(sshPublic.Marshal()) {
				return nil, nil
			}
			return nil, errors.New("not the key of these tests")
		},
		PasswordCallback: func(_ ssh.ConnMetadata, password []byte) (*ssh.Permissions, error) {
			if string(password) == "correct horse" {
				return nil, nil
			}
			return nil, errors.New("wrong password")
		},
	}
	config.AddHostKey(hostSigner)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { listener.Close() })
	s := &sshServer{
		host: "127.0.0.1", port: float64(listener.Addr().(*net.TCPAddr).Port),
		hostKey:   strings.TrimSpace(string(ssh.MarshalAuthorizedKey(hostSigner.PublicKey()))),
		clientKey: string(pem.EncodeToMemory(clientPEM)), signer: clientKey,
	}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			s.connections.Add(1)
			go s.serve(conn, config)
		}
	}()
	return s
}

func (s *sshServer) serve(conn net.Conn, config *ssh.ServerConfig) {
	_, channels, requests, err := ssh.NewServerConn(conn, config)
	if err != nil {
		return
	}
	go ssh.DiscardRequests(requests)
	for channel := range channels {
		switch channel.ChannelType() {
		case "session":
			go s.session(channel)
		case "direct-tcpip":
			go s.forward(channel)
		default:
			channel.Reject(ssh.UnknownChannelType, "")
		}
	}
}

func (s *sshServer) session(incoming ssh.NewChannel) {
	channel, requests, err := incoming.Accept()
	if err != nil {
		return
	}
	defer channel.Close()
	var environment []string
	for request := range requests {
		switch request.Type {
		case "env":
			var variable struct{ Name, Value string }
			_ = ssh.Unmarshal(request.Payload, &variable)
			allowed := strings.HasPrefix(variable.Name, "ALLOWED_") || variable.Name == "PULUMI_COMMAND_STDOUT"
			if allowed {
				environment = append(environment, variable.Name+"="+variable.Value)
			}
			request.Reply(allowed, nil)
		case "exec":
			var command struct{ Line string }
			_ = ssh.Unmarshal(request.Payload, &command)
			request.Reply(true, nil)
			process := exec.Command("/bin/sh", "-c", command.Line)
			process.Env = append([]string{"PATH=/usr/bin:/bin"}, environment...)
			process.Stdin, process.Stdout, process.Stderr = channel, channel, channel.Stderr()
			_ = process.Run()
			channel.SendRequest("exit-status", false,
				ssh.Marshal(struct{ Code uint32 }{uint32(process.ProcessState.ExitCode())}))
			return
		default:
			request.Reply(false, nil)
		}
	}
}

func (s *sshServer) forward(incoming ssh.NewChannel) {
	var target struct {
		Host       string
		Port       uint32
		OriginHost string
		OriginPort uint32
	}
	_ = ssh.Unmarshal(incoming.ExtraData(), &target)
	conn, err := net.Dial("tcp", net.JoinHostPort(target.Host, fmt.Sprint(target.Port)))
	if err != nil {
		incoming.Reject(ssh.ConnectionFailed, err.Error())
		return
	}
	defer conn.Close()
	channel, requests, err := incoming.Accept()
	if err != nil {
		return
	}
	s.forwarded.Add(1)
	go ssh.DiscardRequests(requests)
	go func() { _, _ = io.Copy(channel, conn); channel.Close() }()
	_, _ = io.Copy(conn, channel)
}

// connection is how to reach the server; more overrides.
func (s *sshServer) connection(more props) props {
	connection := props{
		"host": s.host, "port": s.port, "privateKey": s.clientKey, "hostKey": s.hostKey, "dialErrorLimit": 1.0,
	}
	for key, value := range more {
		connection[key] = value
		if value == nil {
			delete(connection, key)
		}
	}
	return connection
}

// agentSocket serves the client's key as an agent would.
func (s *sshServer) agentSocket(t *testing.T) string {
	t.Helper()
	keyring := agent.NewKeyring()
	must(t, keyring.Add(agent.AddedKey{PrivateKey: s.signer}))
	socket := filepath.Join(t.TempDir(), "agent")
	listener, err := net.Listen("unix", socket)
	must(t, err)
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go agent.ServeAgent(keyring, conn)
		}
	}()
	return socket
}

func portText(port float64) string { return fmt.Sprint(int(port)) }

// splice joins two connections until one ends.
func splice(a, b net.Conn) {
	go func() { _, _ = io.Copy(a, b); a.Close() }()
	_, _ = io.Copy(b, a)
	b.Close()
}
