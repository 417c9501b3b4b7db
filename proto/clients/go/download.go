package climb

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"

	commonv1 "climb.internal/client/gen/climb/common/v1"
	storev1 "climb.internal/client/gen/climb/store/v1"
)

// DownloadFiles copies artifacts into a folder under their names, as a search or a data set lists them. A file is there
// whole, with the bytes that its SHA-256 says, or not at all. It returns the paths, in the order of the names, and fails
// for a name that leads out of the folder.
func DownloadFiles(
	ctx context.Context, store storev1.StoreServiceClient,
	files map[string]*commonv1.Artifact, folder string, patience Patience,
) ([]string, error) {
	var paths []string
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if !filepath.IsLocal(name) {
			return nil, fmt.Errorf("the file name %s leads out of %s", name, folder)
		}
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return nil, err
		}
		err := patiently(ctx, "the download of "+name, patience, func() error {
			return save(ctx, store, files[name], path)
		})
		if err != nil {
			return nil, err
		}
		paths = append(paths, path)
	}
	return paths, nil
}

// save writes beside the file first, so that a download that breaks off leaves what was there.
func save(ctx context.Context, store storev1.StoreServiceClient, artifact *commonv1.Artifact, path string) error {
	half := path + ".part"
	defer os.Remove(half)
	digest, err := receive(ctx, store, artifact.GetUri(), half)
	if err != nil {
		return err
	}
	if digest != artifact.GetSha256() {
		return fmt.Errorf("%s: got content of SHA-256 %s, expected %s", path, digest, artifact.GetSha256())
	}
	return os.Rename(half, path)
}

func receive(ctx context.Context, store storev1.StoreServiceClient, uri, path string) (digest string, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	file, err := os.Create(path)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	stream, err := store.Download(ctx, &storev1.DownloadRequest{Uri: uri})
	if err != nil {
		return "", err
	}
	hash := sha256.New()
	for {
		piece, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return hex.EncodeToString(hash.Sum(nil)), nil
		}
		if err != nil {
			return "", err
		}
		hash.Write(piece.GetData())
		if _, err = file.Write(piece.GetData()); err != nil {
			return "", err
		}
	}
}
