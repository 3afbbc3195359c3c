package provider

import (
	"context"
	"strings"
	"time"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"

	"plinth/toolchain/plugins/property"
)

// server puts a plugin behind the ResourceProvider protocol.
type server struct {
	pulumirpc.UnimplementedResourceProviderServer
	plugin  Plugin
	name    string
	version string
	engine  *engine
	// stopping ends when the engine cancels: operations under way give up.
	stopping context.Context
	stop     context.CancelFunc
}

func (s *server) Handshake(
	_ context.Context, req *pulumirpc.ProviderHandshakeRequest,
) (*pulumirpc.ProviderHandshakeResponse, error) {
	s.engine.connect(req.GetEngineAddress())
	return &pulumirpc.ProviderHandshakeResponse{AcceptSecrets: true}, nil
}

func (s *server) Attach(_ context.Context, req *pulumirpc.PluginAttach) (*emptypb.Empty, error) {
	s.engine.connect(req.GetAddress())
	return &emptypb.Empty{}, nil
}

func (s *server) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: s.version}, nil
}

// GetSchema has no content: Node.js programs never look at it.
func (s *server) GetSchema(
	context.Context, *pulumirpc.GetSchemaRequest,
) (*pulumirpc.GetSchemaResponse, error) {
	return &pulumirpc.GetSchemaResponse{Schema: `{"name":"` + s.name + `","version":"` + s.version + `"}`}, nil
}

func (s *server) CheckConfig(
	_ context.Context, req *pulumirpc.CheckRequest,
) (*pulumirpc.CheckResponse, error) {
	return &pulumirpc.CheckResponse{Inputs: req.GetNews()}, nil
}

func (s *server) DiffConfig(
	_ context.Context, req *pulumirpc.DiffRequest,
) (*pulumirpc.DiffResponse, error) {
	changes, err := s.plugin.DiffConfig(
		property.Decode(req.GetOlds()), property.Decode(req.GetNews()))
	if err != nil {
		return nil, err
	}
	return diffResponse(Diff{Changes: changes}), nil
}

func (s *server) Configure(
	ctx context.Context, req *pulumirpc.ConfigureRequest,
) (*pulumirpc.ConfigureResponse, error) {
	if err := s.plugin.Configure(ctx, req.GetVariables()); err != nil {
		return nil, err
	}
	return &pulumirpc.ConfigureResponse{AcceptSecrets: true, SupportsPreview: true}, nil
}

func (s *server) Cancel(context.Context, *emptypb.Empty) (*emptypb.Empty, error) {
	s.stop()
	return &emptypb.Empty{}, nil
}

func (s *server) Check(
	ctx context.Context, req *pulumirpc.CheckRequest,
) (*pulumirpc.CheckResponse, error) {
	resource, r, err := s.request(req.GetUrn())
	if err != nil {
		return nil, err
	}
	r.OldInputs, r.Inputs = property.Decode(req.GetOlds()), property.Decode(req.GetNews())
	inputs, failures, err := resource.Check(ctx, r)
	if err != nil {
		return nil, err
	}
	encoded, err := property.Encode(inputs)
	resp := &pulumirpc.CheckResponse{Inputs: encoded}
	for _, failure := range failures {
		resp.Failures = append(resp.Failures,
			&pulumirpc.CheckFailure{Property: failure.Property, Reason: failure.Reason})
	}
	return resp, err
}

func (s *server) Diff(
	ctx context.Context, req *pulumirpc.DiffRequest,
) (*pulumirpc.DiffResponse, error) {
	resource, r, err := s.request(req.GetUrn())
	if err != nil {
		return nil, err
	}
	r.ID, r.State = req.GetId(), property.Decode(req.GetOlds())
	r.OldInputs, r.Inputs = property.Decode(req.GetOldInputs()), property.Decode(req.GetNews())
	r.IgnoreChanges = req.GetIgnoreChanges()
	diff, err := resource.Diff(ctx, r)
	if err != nil {
		return nil, err
	}
	return diffResponse(diff), nil
}

func (s *server) Create(
	ctx context.Context, req *pulumirpc.CreateRequest,
) (*pulumirpc.CreateResponse, error) {
	resource, r, err := s.request(req.GetUrn())
	if err != nil {
		return nil, err
	}
	r.Inputs, r.Preview, r.Timeout = property.Decode(req.GetProperties()), req.GetPreview(), seconds(req.GetTimeout())
	ctx, cancel := s.stoppable(ctx)
	defer cancel()
	id, state, err := resource.Create(ctx, r)
	if err != nil {
		return nil, rpcError(err)
	}
	encoded, err := property.Encode(state)
	return &pulumirpc.CreateResponse{Id: id, Properties: encoded}, err
}

func (s *server) Read(
	ctx context.Context, req *pulumirpc.ReadRequest,
) (*pulumirpc.ReadResponse, error) {
	resource, r, err := s.request(req.GetUrn())
	if err != nil {
		return nil, err
	}
	r.ID, r.State = req.GetId(), property.Decode(req.GetProperties())
	r.OldInputs, r.Timeout = property.Decode(req.GetInputs()), seconds(req.GetTimeout())
	ctx, cancel := s.stoppable(ctx)
	defer cancel()
	found, err := resource.Read(ctx, r)
	if err != nil || found.ID == "" {
		return &pulumirpc.ReadResponse{}, rpcError(err)
	}
	properties, err := property.Encode(found.Properties)
	if err != nil {
		return nil, err
	}
	inputs, err := property.Encode(found.Inputs)
	return &pulumirpc.ReadResponse{Id: found.ID, Properties: properties, Inputs: inputs}, err
}

func (s *server) Update(
	ctx context.Context, req *pulumirpc.UpdateRequest,
) (*pulumirpc.UpdateResponse, error) {
	resource, r, err := s.request(req.GetUrn())
	if err != nil {
		return nil, err
	}
	r.ID, r.State = req.GetId(), property.Decode(req.GetOlds())
	r.OldInputs, r.Inputs = property.Decode(req.GetOldInputs()), property.Decode(req.GetNews())
	r.Preview, r.Timeout = req.GetPreview(), seconds(req.GetTimeout())
	r.IgnoreChanges = req.GetIgnoreChanges()
	ctx, cancel := s.stoppable(ctx)
	defer cancel()
	state, err := resource.Update(ctx, r)
	if err != nil {
		return nil, rpcError(err)
	}
	encoded, err := property.Encode(state)
	return &pulumirpc.UpdateResponse{Properties: encoded}, err
}

func (s *server) Delete(ctx context.Context, req *pulumirpc.DeleteRequest) (*emptypb.Empty, error) {
	resource, r, err := s.request(req.GetUrn())
	if err != nil {
		return nil, err
	}
	r.ID, r.State = req.GetId(), property.Decode(req.GetProperties())
	r.OldInputs, r.Timeout = property.Decode(req.GetOldInputs()), seconds(req.GetTimeout())
	ctx, cancel := s.stoppable(ctx)
	defer cancel()
	return &emptypb.Empty{}, rpcError(resource.Delete(ctx, r))
}

// request finds the resource type of a URN and starts a request for it. A URN
// ends in `…$parent$type::name`.
func (s *server) request(urn string) (Resource, Request, error) {
	parts := strings.SplitN(urn, "::", 4)
	if len(parts) != 4 {
		return nil, Request{}, status.Errorf(codes.InvalidArgument, "not a resource URN: %q", urn)
	}
	token := parts[2][strings.LastIndex(parts[2], "$")+1:]
	resource, err := s.plugin.Resource(token)
	return resource, Request{
		URN: urn, Name: parts[3], Type: token, Log: &Logger{engine: s.engine, urn: urn},
	}, err
}

// stoppable ties an operation to the engine's Cancel.
func (s *server) stoppable(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	unhook := context.AfterFunc(s.stopping, cancel)
	return ctx, func() { unhook(); cancel() }
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
