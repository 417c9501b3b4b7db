package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// A corpus of four topics and a target on one of them, the same bytes in the examples of all languages.
var (
	glue   = strings.Fields("the a of and to in with for from that was is it on by this")
	topics = [][]string{
		strings.Fields("harbour sailor tide ship captain anchor wave storm island fish net rope mast lighthouse reef gull"),
		strings.Fields("flour butter oven sugar recipe bowl whisk dough salt onion garlic simmer bake plate spoon cream"),
		strings.Fields("court statute judge appeal clause contract tenant liability evidence hearing section party claim order"),
		strings.Fields("orbit planet telescope galaxy comet lunar eclipse gravity nebula asteroid cosmic spectrum stellar dust"),
	}
)

// picker gives whole numbers below a bound, by Park and Miller's generator.
type picker uint64

func (p *picker) below(bound int) int {
	*p = *p * 16807 % 2147483647
	return int(uint64(*p) % uint64(bound))
}

func (p *picker) sentence(topic []string) string {
	words := make([]string, 8+p.below(8))
	for i := range words {
		from := glue
		if i%2 == 1 {
			from = topic
		}
		words[i] = from[p.below(len(from))]
	}
	return strings.Join(words, " ") + "."
}

func (p *picker) paragraph(topic []string, count int) string {
	sentences := make([]string, count)
	for i := range sentences {
		sentences[i] = p.sentence(topic)
	}
	return strings.Join(sentences, " ")
}

// writeSmallCorpus writes corpus.jsonl (480 documents) and target.jsonl (20 items) into a folder; returns their paths.
func writeSmallCorpus(folder string) (corpus, target string, err error) {
	pick := picker(3)
	var documents, items strings.Builder
	for i := range 480 {
		fmt.Fprintf(&documents, "{\"id\":\"doc-%d\",\"text\":\"%s\"}\n", i, pick.paragraph(topics[i%4], 12))
	}
	for range 20 {
		fmt.Fprintf(&items, "{\"text\":\"%s\"}\n", pick.paragraph(topics[0], 5))
	}
	if err = os.MkdirAll(folder, 0o755); err != nil {
		return
	}
	corpus, target = filepath.Join(folder, "corpus.jsonl"), filepath.Join(folder, "target.jsonl")
	if err = os.WriteFile(corpus, []byte(documents.String()), 0o644); err != nil {
		return
	}
	return corpus, target, os.WriteFile(target, []byte(items.String()), 0o644)
}
