package provider

import (
	"bufio"
	"context"
	"io"
	"sync"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

// engine is the way back to the process that started the plugin.
type engine struct {
	mu     sync.Mutex
	client pulumirpc.EngineClient
}

func (e *engine) connect(address string) {
	if address == "" {
		return
	}
	conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return // logs are a courtesy: a plugin without them still works
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.client = pulumirpc.NewEngineClient(conn)
}

// Logger writes to the engine on behalf of one resource.
type Logger struct {
	engine *engine
	urn    string
}

// Status shows a line beside the resource while it is worked on.
func (l *Logger) Status(ctx context.Context, message string) {
	l.log(ctx, pulumirpc.LogSeverity_INFO, message, true)
}

// Info adds a line to the resource's diagnostics.
func (l *Logger) Info(ctx context.Context, message string) {
	l.log(ctx, pulumirpc.LogSeverity_INFO, message, false)
}

// Warning adds a warning to the resource's diagnostics.
func (l *Logger) Warning(ctx context.Context, message string) {
	l.log(ctx, pulumirpc.LogSeverity_WARNING, message, false)
}

func (l *Logger) log(
	ctx context.Context, severity pulumirpc.LogSeverity, message string, ephemeral bool,
) {
	l.engine.mu.Lock()
	client := l.engine.client
	l.engine.mu.Unlock()
	if client == nil {
		return
	}
	// A lost log line is no reason to fail the resource.
	_, _ = client.Log(ctx, &pulumirpc.LogRequest{
		Severity: severity, Message: message, Urn: l.urn, Ephemeral: ephemeral,
	})
}

// StatusWriter shows every line written to it as a status. Close waits until
// the last one has been shown.
func (l *Logger) StatusWriter(ctx context.Context) io.WriteCloser {
	reader, writer := io.Pipe()
	shown := make(chan struct{})
	go func() {
		defer close(shown)
		lines := bufio.NewScanner(reader)
		for lines.Scan() {
			l.Status(ctx, lines.Text())
		}
		// A line too long for the scanner must not block the command.
		_, _ = io.Copy(io.Discard, reader)
	}()
	return &statusWriter{PipeWriter: writer, shown: shown}
}

type statusWriter struct {
	*io.PipeWriter
	shown chan struct{}
}

func (w *statusWriter) Close() error {
	err := w.PipeWriter.Close()
	<-w.shown
	return err
}
