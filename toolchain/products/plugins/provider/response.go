package provider

import (
	"errors"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/structpb"

	"plinth/toolchain/plugins/property"
)

func diffResponse(diff Diff) *pulumirpc.DiffResponse {
	resp := &pulumirpc.DiffResponse{
		Changes:             pulumirpc.DiffResponse_DIFF_NONE,
		DeleteBeforeReplace: diff.DeleteBeforeReplace,
		DetailedDiff:        map[string]*pulumirpc.PropertyDiff{},
		HasDetailedDiff:     true,
	}
	for path, change := range diff.Changes {
		resp.Changes = pulumirpc.DiffResponse_DIFF_SOME
		resp.Diffs = append(resp.Diffs, property.Root(path))
		resp.DetailedDiff[path] = &pulumirpc.PropertyDiff{Kind: change}
		switch change {
		case pulumirpc.PropertyDiff_ADD_REPLACE, pulumirpc.PropertyDiff_DELETE_REPLACE,
			pulumirpc.PropertyDiff_UPDATE_REPLACE:
			resp.Replaces = append(resp.Replaces, property.Root(path))
		}
	}
	return resp
}

// rpcError carries a partial state in the way the engine looks for it.
func rpcError(err error) error {
	var partial *PartialError
	if !errors.As(err, &partial) {
		return err
	}
	state, err := property.Encode(partial.State)
	if err != nil {
		return err
	}
	var inputs *structpb.Struct
	if partial.Inputs != nil {
		if inputs, err = property.Encode(partial.Inputs); err != nil {
			return err
		}
	}
	failed, err := status.New(codes.Unknown, partial.Error()).WithDetails(
		&pulumirpc.ErrorResourceInitFailed{
			Id: partial.ID, Properties: state, Inputs: inputs, Reasons: partial.Reasons,
		})
	if err != nil {
		return err
	}
	return failed.Err()
}
