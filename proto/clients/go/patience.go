package climb

import (
	"context"
	"fmt"
	"strings"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

const (
	defaultPatience = 10 * time.Minute
	shortestWait    = 200 * time.Millisecond
	longestWait     = 10 * time.Second
	sayEvery        = time.Minute
	// Who has worked for so long before it failed was not waiting: an outage begins anew.
	worked = time.Minute
)

// Patience says for how long what is away is waited for.
type Patience struct {
	// For from the first failure on; ten minutes, unless given.
	For time.Duration
	// OnWait is told when waiting begins, and then once a minute, for what.
	OnWait func(line string)
}

// ErrorInfo has the reason and metadata of a failed call, as climb.common.v1.ErrorReason lists them; nil if the server
// gave none.
func ErrorInfo(err error) *errdetails.ErrorInfo {
	for _, detail := range status.Convert(err).Details() {
		if info, ok := detail.(*errdetails.ErrorInfo); ok {
			return info
		}
	}
	return nil
}

// IsUnavailable tells whether something is away or full for now, so that the same call may succeed later.
func IsUnavailable(err error) bool {
	failed, ok := status.FromError(err)
	if !ok {
		return false
	}
	switch failed.Code() {
	case codes.Unavailable, codes.DeadlineExceeded:
		return true
	case codes.ResourceExhausted:
		// A message above the limit is ResourceExhausted too, but from gRPC itself: it will not become shorter.
		return ErrorInfo(err) != nil
	case codes.Internal:
		// Who resets a stream has died.
		return strings.Contains(failed.Message(), "RST_STREAM")
	}
	return false
}

// outage waits between the tries of one piece of work.
type outage struct {
	what                 string
	patience             Patience
	begun, tried, saidAt time.Time
	pause                time.Duration
}

func newOutage(what string, patience Patience) *outage {
	if patience.For == 0 {
		patience.For = defaultPatience
	}
	now := time.Now()
	return &outage{what: what, patience: patience, begun: now, tried: now, pause: shortestWait}
}

// wait tells whether to try again, after a pause: not for errors that stay, nor when patience or the context is over.
func (o *outage) wait(ctx context.Context, err error) bool {
	now := time.Now()
	if now.Sub(o.tried) > worked {
		o.begun, o.pause = now, shortestWait
	}
	if ctx.Err() != nil || !IsUnavailable(err) || now.Sub(o.begun) >= o.patience.For {
		return false
	}
	if o.patience.OnWait != nil && now.Sub(o.saidAt) >= sayEvery {
		o.saidAt = now
		o.patience.OnWait(fmt.Sprintf("waiting: %s: %v", o.what, err))
	}
	select {
	case <-ctx.Done():
		return false
	case <-time.After(o.pause):
	}
	o.pause = min(2*o.pause, longestWait)
	o.tried = time.Now()
	return true
}

// patiently does work, and again while the suite is away, for as long as patience lasts.
func patiently(ctx context.Context, what string, patience Patience, work func() error) error {
	away := newOutage(what, patience)
	for {
		err := work()
		if err == nil || !away.wait(ctx, err) {
			return err
		}
	}
}
