package climb

import (
	"context"
	"time"

	clusteringv1 "climb.internal/client/gen/climb/clustering/v1"
	embeddingv1 "climb.internal/client/gen/climb/embedding/v1"
	predictorv1 "climb.internal/client/gen/climb/predictor/v1"
	searchv1 "climb.internal/client/gen/climb/search/v1"
	storev1 "climb.internal/client/gen/climb/store/v1"
	systemv1 "climb.internal/client/gen/climb/system/v1"
	trainingv1 "climb.internal/client/gen/climb/training/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
)

const defaultTimeout = time.Minute

// calls says how each call is made: with a token, until a deadline, and again where the contract allows it.
type calls struct {
	Options
	repeatable map[string]bool
}

func newCalls(options Options) *calls {
	if options.Timeout == 0 {
		options.Timeout = defaultTimeout
	}
	return &calls{options, repeatable}
}

// repeatable has the paths of the calls that answer once and that the contract marks as idempotent.
var repeatable = repeatableCalls(
	clusteringv1.File_climb_clustering_v1_clustering_service_proto,
	embeddingv1.File_climb_embedding_v1_embedding_service_proto,
	predictorv1.File_climb_predictor_v1_predictor_service_proto,
	searchv1.File_climb_search_v1_search_service_proto,
	storev1.File_climb_store_v1_store_service_proto,
	systemv1.File_climb_system_v1_system_service_proto,
	trainingv1.File_climb_training_v1_training_service_proto,
)

func repeatableCalls(files ...protoreflect.FileDescriptor) map[string]bool {
	found := map[string]bool{}
	for _, file := range files {
		for i := range file.Services().Len() {
			service := file.Services().Get(i)
			for j := range service.Methods().Len() {
				method := service.Methods().Get(j)
				options, _ := method.Options().(*descriptorpb.MethodOptions)
				idempotent := options.GetIdempotencyLevel() != descriptorpb.MethodOptions_IDEMPOTENCY_UNKNOWN
				if idempotent && !method.IsStreamingClient() && !method.IsStreamingServer() {
					found["/"+string(service.FullName())+"/"+string(method.Name())] = true
				}
			}
		}
	}
	return found
}

func (c *calls) once(
	ctx context.Context, method string, request, reply any,
	channel *grpc.ClientConn, invoke grpc.UnaryInvoker, options ...grpc.CallOption,
) error {
	try := func() error {
		limited, cancel := context.WithTimeout(c.withToken(ctx), c.Timeout)
		defer cancel()
		return invoke(limited, method, request, reply, channel, options...)
	}
	if !c.repeatable[method] {
		return try()
	}
	return patiently(ctx, method, c.Patience, try)
}

func (c *calls) stream(
	ctx context.Context, description *grpc.StreamDesc, channel *grpc.ClientConn,
	method string, begin grpc.Streamer, options ...grpc.CallOption,
) (grpc.ClientStream, error) {
	return begin(c.withToken(ctx), description, channel, method, options...)
}

func (c *calls) withToken(ctx context.Context) context.Context {
	if c.Token == nil {
		return ctx
	}
	return metadata.AppendToOutgoingContext(ctx, "authorization", "Bearer "+c.Token())
}
