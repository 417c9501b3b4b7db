package climb

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"

	commonv1 "climb.internal/client/gen/climb/common/v1"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// Watch makes a Watch call, for example climb.Search.WatchSearch, and again behind the last sequence that was seen when
// its stream breaks off. The last pair has an error if patience ended, or if the error stays.
func Watch[Request interface {
	proto.Message
	GetAfterSequence() uint64
}, Message any, Pointer interface {
	*Message
	GetSequence() uint64
}](
	ctx context.Context,
	call func(context.Context, Request, ...grpc.CallOption) (grpc.ServerStreamingClient[Message], error),
	request Request,
	patience Patience,
) iter.Seq2[Pointer, error] {
	return func(yield func(Pointer, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		resumed := proto.Clone(request).(Request)
		name := string(request.ProtoReflect().Descriptor().Name())
		away := newOutage(name, patience)
		for {
			stream, err := call(ctx, resumed)
			for err == nil {
				var message *Message
				if message, err = stream.Recv(); err != nil {
					break
				}
				resumeAfter(resumed, Pointer(message).GetSequence())
				away = newOutage(name, patience)
				if !yield(message, nil) {
					return
				}
			}
			if errors.Is(err, io.EOF) {
				return
			}
			if !away.wait(ctx, err) {
				yield(nil, err)
				return
			}
		}
	}
}

func resumeAfter(request proto.Message, sequence uint64) {
	message := request.ProtoReflect()
	field := message.Descriptor().Fields().ByName("after_sequence")
	message.Set(field, protoreflect.ValueOfUint64(sequence))
}

// WorkFailed is how work ended without success.
type WorkFailed struct {
	ID    string
	State commonv1.JobState
	// Failure says why; nil if the work was cancelled.
	Failure *commonv1.Failure
}

func (f *WorkFailed) Error() string {
	if f.Failure == nil {
		return fmt.Sprintf("%s ended as %s", f.ID, f.State)
	}
	return f.Failure.GetMessage()
}

// Finished reads a watch until the work has ended and returns the resource, SUCCEEDED.
// get takes it from a message, for example (*searchv1.WatchSearchResponse).GetSearch; onChange, which may be nil, is told
// each state and each progress. The error is a *WorkFailed if the work failed or was cancelled.
func Finished[Message any, Resource interface {
	GetId() string
	GetStatus() *commonv1.JobStatus
}](messages iter.Seq2[Message, error], get func(Message) Resource, onChange func(Resource)) (Resource, error) {
	var none Resource
	for message, err := range messages {
		if err != nil {
			return none, err
		}
		resource := get(message)
		if onChange != nil {
			onChange(resource)
		}
		switch state := resource.GetStatus().GetState(); state {
		case commonv1.JobState_JOB_STATE_SUCCEEDED:
			return resource, nil
		case commonv1.JobState_JOB_STATE_FAILED, commonv1.JobState_JOB_STATE_CANCELLED:
			return none, &WorkFailed{resource.GetId(), state, resource.GetStatus().GetFailure()}
		}
	}
	return none, errors.New("the watch ended before the work")
}
