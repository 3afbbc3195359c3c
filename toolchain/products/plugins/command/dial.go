package command

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"time"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"

	"plinth/toolchain/plugins/property"
	"plinth/toolchain/plugins/provider"
)

// Delays between attempts to connect.
const (
	firstDelay = 100 * time.Millisecond
	lastDelay  = 5 * time.Second
)

// endpoint is one end of an SSH connection: the host or the bastion before it.
type endpoint struct {
	address string
	config  *ssh.ClientConfig
	limit   int // failed attempts before giving up, negative for no limit
	agent   net.Conn
}

// dial connects to a host, through its proxy if it has one. The returned
// function ends every connection that was opened.
func dial(
	ctx context.Context, connection property.Map, log *provider.Logger,
) (*ssh.Client, func(), error) {
	var opened []interface{ Close() error }
	hangUp := func() {
		for i := len(opened) - 1; i >= 0; i-- {
			_ = opened[i].Close()
		}
	}
	open := func(connection property.Map, msg string, connect connector) (*ssh.Client, error) {
		end, err := endpointOf(connection)
		if err != nil {
			return nil, err
		}
		if end.agent != nil {
			opened = append(opened, end.agent)
		}
		client, err := end.dial(ctx, connect, msg, log)
		if err == nil {
			opened = append(opened, client)
		}
		return client, err
	}
	connect := connector((&net.Dialer{}).DialContext)
	if proxy, ok := connection["proxy"].(property.Map); ok {
		bastion, err := open(proxy, "Dial proxy", connect)
		if err != nil {
			hangUp()
			return nil, nil, fmt.Errorf("proxy: %w", err)
		}
		connect = bastion.DialContext
	}
	client, err := open(connection, "Dial", connect)
	if err != nil {
		hangUp()
		return nil, nil, err
	}
	return client, hangUp, nil
}

type connector func(ctx context.Context, network, address string) (net.Conn, error)

// dial retries every failure, a refused host key too, as upstream does.
func (e *endpoint) dial(
	ctx context.Context, connect connector, msg string, log *provider.Logger,
) (*ssh.Client, error) {
	delay := firstDelay
	for failures := 0; ; failures++ {
		client, err := e.attempt(ctx, connect)
		if err == nil {
			return client, nil
		}
		if e.limit >= 0 && failures >= e.limit {
			return nil, fmt.Errorf("after %d failed attempts: %w", failures, err)
		}
		log.Status(ctx, fmt.Sprintf("%s %d/%s failed: retrying", msg, failures+1, e.limitText()))
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(delay):
		}
		delay = min(delay*3/2, lastDelay)
	}
}

func (e *endpoint) attempt(ctx context.Context, connect connector) (*ssh.Client, error) {
	if e.config.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, e.config.Timeout)
		defer cancel()
	}
	conn, err := connect(ctx, "tcp", e.address)
	if err != nil {
		return nil, err
	}
	// A server that accepts and then says nothing would hold the handshake for
	// ever; channels of a bastion know no deadlines, so close the connection.
	unhook := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer unhook()
	secured, channels, requests, err := ssh.NewClientConn(conn, e.address, e.config)
	if err != nil {
		_ = conn.Close()
		return nil, errors.Join(err, ctx.Err())
	}
	return ssh.NewClient(secured, channels, requests), nil
}

func (e *endpoint) limitText() string {
	if e.limit < 0 {
		return "inf"
	}
	return strconv.Itoa(e.limit)
}

func endpointOf(connection property.Map) (*endpoint, error) {
	connection = withDefaults(connection)
	text := func(name string) string { s, _ := connection[name].(string); return s }
	number := func(name string) int { n, _ := connection[name].(float64); return int(n) }
	end := &endpoint{
		address: net.JoinHostPort(text("host"), strconv.Itoa(number("port"))),
		limit:   number("dialErrorLimit"),
		config: &ssh.ClientConfig{
			User:            text("user"),
			Timeout:         time.Duration(number("perDialTimeout")) * time.Second,
			HostKeyCallback: ssh.InsecureIgnoreHostKey(),
		},
	}
	if hostKey := text("hostKey"); hostKey != "" {
		key, _, _, _, err := ssh.ParseAuthorizedKey([]byte(hostKey))
		if err != nil {
			return nil, fmt.Errorf("failed to parse host key: %w", err)
		}
		end.config.HostKeyCallback = ssh.FixedHostKey(key)
		end.config.HostKeyAlgorithms = hostKeyAlgorithms(key.Type())
	}
	if key := text("privateKey"); key != "" {
		signer, err := parseSigner(key, text("privateKeyPassword"))
		if err != nil {
			return nil, err
		}
		end.config.Auth = append(end.config.Auth, ssh.PublicKeys(signer))
	}
	if password := text("password"); password != "" {
		end.config.Auth = append(end.config.Auth, ssh.Password(password), interactive(password))
	}
	socket := text("agentSocketPath")
	if socket == "" {
		socket = os.Getenv("SSH_AUTH_SOCK")
	}
	if socket != "" {
		conn, err := net.Dial("unix", socket)
		if err != nil {
			return nil, err
		}
		end.agent = conn
		end.config.Auth = append(end.config.Auth, ssh.PublicKeysCallback(agent.NewClient(conn).Signers))
	}
	return end, nil
}

// hostKeyAlgorithms are the signatures that a key of a type can make.
func hostKeyAlgorithms(keyType string) []string {
	if keyType == ssh.KeyAlgoRSA {
		return []string{ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256, ssh.KeyAlgoRSA}
	}
	return []string{keyType}
}

func parseSigner(key, passphrase string) (ssh.Signer, error) {
	if passphrase != "" {
		return ssh.ParsePrivateKeyWithPassphrase([]byte(key), []byte(passphrase))
	}
	return ssh.ParsePrivateKey([]byte(key))
}

// interactive answers every question with the password, for servers that ask
// for it that way alone.
func interactive(password string) ssh.AuthMethod {
	return ssh.KeyboardInteractive(
		func(_, _ string, questions []string, _ []bool) ([]string, error) {
			answers := make([]string, len(questions))
			for i := range answers {
				answers[i] = password
			}
			return answers, nil
		})
}
