// Package climb is a client of Climb: it connects, repeats calls by their idempotency, resumes watches, uploads and
// downloads. The messages and calls are those of the contracts, in gen/climb.
package climb

import (
	"context"
	"crypto/tls"
	"fmt"
	"regexp"
	"time"

	clusteringv1 "climb.internal/client/gen/climb/clustering/v1"
	commonv1 "climb.internal/client/gen/climb/common/v1"
	embeddingv1 "climb.internal/client/gen/climb/embedding/v1"
	predictorv1 "climb.internal/client/gen/climb/predictor/v1"
	searchv1 "climb.internal/client/gen/climb/search/v1"
	storev1 "climb.internal/client/gen/climb/store/v1"
	systemv1 "climb.internal/client/gen/climb/system/v1"
	trainingv1 "climb.internal/client/gen/climb/training/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/keepalive"
)

// maxMessageBytes is the longest message that servers send or take.
const maxMessageBytes = 64 << 20

// Options say how a suite is reached. Their zero value is plain text with the defaults below.
type Options struct {
	// Addresses of services with their own: search, embedding, clustering, training, predictor, store and system
	// (which all offer).
	Addresses map[string]string
	// TLS encrypts calls; plain text without.
	TLS *tls.Config
	// Token is asked at each try for what is sent with it.
	Token func() string
	// Insecure allows a token in plain text beyond loopback.
	Insecure bool
	// Timeout of each try of a call that answers once; a minute, unless given.
	Timeout time.Duration
	// Patience with a suite that is away.
	Patience Patience
}

// Climb has the services' calls, as the contracts name them, and what takes more than one call.
type Climb struct {
	Search     searchv1.SearchServiceClient
	Embedding  embeddingv1.EmbeddingServiceClient
	Clustering clusteringv1.ClusteringServiceClient
	Training   trainingv1.TrainingServiceClient
	Predictor  predictorv1.PredictorServiceClient
	Store      storev1.StoreServiceClient
	System     systemv1.SystemServiceClient
	Patience   Patience
	channels   map[string]*grpc.ClientConn
}

// Connect reaches a suite at host:port, or at dns:///name:port for all addresses of a name. Nothing is sent before the
// first call. It fails for a token that others could read on its way.
func Connect(address string, options Options) (*Climb, error) {
	climb := &Climb{Patience: options.Patience, channels: map[string]*grpc.ClientConn{}}
	var failure error
	to := func(service string) *grpc.ClientConn {
		at := address
		if own := options.Addresses[service]; own != "" {
			at = own
		}
		if climb.channels[at] == nil && failure == nil {
			climb.channels[at], failure = open(at, options)
		}
		return climb.channels[at]
	}
	climb.Search = searchv1.NewSearchServiceClient(to("search"))
	climb.Embedding = embeddingv1.NewEmbeddingServiceClient(to("embedding"))
	climb.Clustering = clusteringv1.NewClusteringServiceClient(to("clustering"))
	climb.Training = trainingv1.NewTrainingServiceClient(to("training"))
	climb.Predictor = predictorv1.NewPredictorServiceClient(to("predictor"))
	climb.Store = storev1.NewStoreServiceClient(to("store"))
	climb.System = systemv1.NewSystemServiceClient(to("system"))
	if failure != nil {
		climb.Close()
		return nil, failure
	}
	return climb, nil
}

// Close ends all calls.
func (c *Climb) Close() {
	for _, channel := range c.channels {
		if channel != nil {
			_ = channel.Close()
		}
	}
}

// Upload sends a file, see UploadFile.
func (c *Climb) Upload(ctx context.Context, path string) (string, error) {
	return UploadFile(ctx, c.Store, path, c.Patience)
}

// Download copies artifacts, see DownloadFiles.
func (c *Climb) Download(ctx context.Context, files map[string]*commonv1.Artifact, folder string) ([]string, error) {
	return DownloadFiles(ctx, c.Store, files, folder, c.Patience)
}

var loopback = regexp.MustCompile(`^(dns:/*)?(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$`)

func open(address string, options Options) (*grpc.ClientConn, error) {
	if options.Token != nil && options.TLS == nil && !options.Insecure && !loopback.MatchString(address) {
		return nil, fmt.Errorf("a token would go to %s in plain text; expected TLS, or Insecure", address)
	}
	encryption := insecure.NewCredentials()
	if options.TLS != nil {
		encryption = credentials.NewTLS(options.TLS)
	}
	reconnect := backoff.Config{BaseDelay: 200 * time.Millisecond, Multiplier: 1.6, Jitter: 0.2, MaxDelay: 5 * time.Second}
	calls := newCalls(options)
	return grpc.NewClient(address,
		grpc.WithTransportCredentials(encryption),
		grpc.WithDefaultServiceConfig(`{"loadBalancingConfig":[{"round_robin":{}}]}`),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxMessageBytes), grpc.MaxCallSendMsgSize(maxMessageBytes)),
		grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: 30 * time.Second}),
		grpc.WithConnectParams(grpc.ConnectParams{Backoff: reconnect, MinConnectTimeout: 5 * time.Second}),
		grpc.WithUnaryInterceptor(calls.once),
		grpc.WithStreamInterceptor(calls.stream),
	)
}
