// A search from end to end: go run ./examples/search [ADDRESS] [FOLDER], beside a suite (`climb up`) on this machine.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"

	climb "climb.internal/client"
	clusteringv1 "climb.internal/client/gen/climb/clustering/v1"
	commonv1 "climb.internal/client/gen/climb/common/v1"
	searchv1 "climb.internal/client/gen/climb/search/v1"
	trainingv1 "climb.internal/client/gen/climb/training/v1"
	"google.golang.org/protobuf/proto"
)

func main() {
	log.SetFlags(0)
	address, folder := "127.0.0.1:50051", "climb-example"
	if len(os.Args) > 1 {
		address = os.Args[1]
	}
	if len(os.Args) > 2 {
		folder = os.Args[2]
	}
	if err := run(context.Background(), address, folder); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, address, folder string) error {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return err
	}
	suite, err := climb.Connect(address, climb.Options{Patience: climb.Patience{OnWait: func(line string) { log.Print(line) }}})
	if err != nil {
		return err
	}
	defer suite.Close()

	// The suite reads the corpus where it lies; files of the caller's are uploaded.
	corpus, target, err := writeSmallCorpus(folder)
	if err != nil {
		return err
	}
	uploaded, err := suite.Upload(ctx, target)
	if err != nil {
		return err
	}
	spec := &searchv1.SearchSpec{
		Name: "example",
		Input: &searchv1.SearchSpec_Corpus{Corpus: &searchv1.CorpusInput{
			Source:  &commonv1.CorpusSource{Paths: []string{corpus}},
			Domains: &clusteringv1.DomainSpec{Clusters: 8, Domains: 4, MinQuality: proto.Float64(0)},
		}},
		Targets:    []*trainingv1.TargetSource{{Name: "sea", Paths: []string{uploaded}}},
		Proxy:      &trainingv1.ProxySpec{Preset: "nano"},
		Vocabulary: 512,
		Budget: &searchv1.Budget{
			Rounds: []uint32{4, 2}, TokensPerRun: 5000, ConfirmationSeeds: 2, ConfirmedMixtures: 1,
		},
		Seed:    3,
		Dataset: &searchv1.DatasetOptions{Tokens: 20_000},
	}
	checked, err := suite.Search.ValidateSearch(ctx, &searchv1.ValidateSearchRequest{Spec: spec})
	if err != nil {
		return err
	}
	for _, fault := range checked.GetFaults() {
		return fmt.Errorf("%s: %s", fault.GetField(), fault.GetMessage())
	}
	created, err := suite.Search.CreateSearch(ctx, &searchv1.CreateSearchRequest{Spec: spec})
	if err != nil {
		return err
	}
	id := created.GetSearch().GetId()
	fmt.Println("search", id)

	messages := climb.Watch(ctx, suite.Search.WatchSearch, &searchv1.WatchSearchRequest{Id: id}, suite.Patience)
	search, err := climb.Finished(messages, (*searchv1.WatchSearchResponse).GetSearch, show)
	if err != nil {
		return err
	}
	for _, domain := range search.GetResult().GetDomains() {
		fmt.Printf("%s %.4f %s\n", domain.GetId(), domain.GetWeight(), domain.GetLabel())
	}
	found, err := suite.Search.GetDataset(ctx, &searchv1.GetDatasetRequest{Id: search.GetResult().GetDatasetId()})
	if err != nil {
		return err
	}
	paths, err := suite.Download(ctx, found.GetDataset().GetFiles(), filepath.Join(folder, "dataset"))
	for _, path := range paths {
		fmt.Println(path)
	}
	return err
}

func show(search *searchv1.Search) {
	if progress := search.GetStatus().GetProgress(); progress.GetStage() != "" {
		log.Printf("%s %.0f of %.0f %s", progress.GetStage(), progress.GetDone(), progress.GetTotal(), progress.GetUnit())
	}
}
