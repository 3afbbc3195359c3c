package kubernetes

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"plinth/toolchain/plugins/provider"
)

// Waiting looks often at first, when most objects get ready, then less.
const (
	pollFirst = 200 * time.Millisecond
	pollLast  = 2 * time.Second
)

// awaiting is one look at an object that is to get ready.
type awaiting struct {
	*cluster
	live     *unstructured.Unstructured
	previous *unstructured.Unstructured // before an update, nil after a create
	since    time.Time
}

// readiness looks at an object and says what it still waits for, or nothing
// when it is ready. An error ends the wait: the object will never be ready.
type readiness func(context.Context, *awaiting) (waiting string, err error)

// awaited is what readiness means for a kind, how long it may take by default,
// and whether a refresh reports an object that is not ready.
type awaited struct {
	ready   readiness
	timeout time.Duration
	onRead  bool
}

// await waits until an object is ready and returns it as it was last seen.
func (o *object) await(
	ctx context.Context, r provider.Request, inputs, live, previous *unstructured.Unstructured,
) (*unstructured.Unstructured, error) {
	kind, ok := awaitedKinds[live.GetAPIVersion()+"/"+live.GetKind()]
	if !ok || annotated(inputs, annotationSkipAwait) {
		return live, nil
	}
	client, err := o.cluster.resourceOf(live)
	if err != nil {
		return live, err
	}
	limit := kind.timeout
	if explicit := explicitTimeout(r, inputs); explicit > 0 {
		limit = explicit
	}
	look := &awaiting{cluster: o.cluster, live: live, previous: previous, since: time.Now()}
	err = poll(ctx, limit, func() (string, error) {
		found, err := client.Get(ctx, live.GetName(), metav1.GetOptions{})
		if apierrors.IsNotFound(err) {
			return "", errors.New("the object was deleted while it was awaited")
		}
		if err != nil {
			return err.Error(), nil // the API server may be restarting
		}
		look.live = found
		return kind.ready(ctx, look)
	}, func(waiting string) { r.Log.Status(ctx, waiting) })
	if err != nil {
		err = fmt.Errorf("%w%s", err, look.podReasons(ctx))
	} else {
		r.Log.Status(ctx, "")
	}
	return look.live, err
}

// readReady reports a workload that is not ready when a refresh looks at it.
func (o *object) readReady(ctx context.Context, live *unstructured.Unstructured) error {
	kind := awaitedKinds[live.GetAPIVersion()+"/"+live.GetKind()]
	if !kind.onRead {
		return nil
	}
	look := &awaiting{cluster: o.cluster, live: live}
	waiting, err := kind.ready(ctx, look)
	if err == nil && waiting != "" {
		err = errors.New(waiting)
	}
	if err != nil {
		return fmt.Errorf("%w%s", err, look.podReasons(ctx))
	}
	return nil
}

// poll looks until nothing is waited for. It tells show each new reason.
func poll(
	ctx context.Context, limit time.Duration, look func() (string, error), show func(string),
) error {
	deadline := time.NewTimer(limit)
	defer deadline.Stop()
	shown := ""
	for pause := pollFirst; ; pause = min(pause*5/4, pollLast) {
		waiting, err := look()
		if err != nil || waiting == "" {
			return err
		}
		if waiting != shown && show != nil {
			show(waiting)
			shown = waiting
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("cancelled while waiting: %s", waiting)
		case <-deadline.C:
			return fmt.Errorf("timed out after %s: %s", limit, waiting)
		case <-time.After(pause):
		}
	}
}

// defaultTimeout is how long an object may take unless it says otherwise.
const defaultTimeout = 10 * time.Minute

func timeout(r provider.Request, inputs *unstructured.Unstructured) time.Duration {
	if explicit := explicitTimeout(r, inputs); explicit > 0 {
		return explicit
	}
	return defaultTimeout
}

func explicitTimeout(r provider.Request, inputs *unstructured.Unstructured) time.Duration {
	if r.Timeout > 0 {
		return r.Timeout
	}
	seconds, err := strconv.Atoi(annotation(inputs, annotationTimeout))
	if err != nil {
		return 0
	}
	return time.Duration(seconds) * time.Second
}
