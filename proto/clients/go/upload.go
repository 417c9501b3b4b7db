package climb

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"

	storev1 "climb.internal/client/gen/climb/store/v1"
)

const pieceBytes = 1 << 20

// UploadFile sends a file, unless the suite has it already, and goes on where an upload broke off. It returns the file's
// URI with its name, climb://sha256/<digest>/<name>: what requests name it by.
func UploadFile(ctx context.Context, store storev1.StoreServiceClient, path string, patience Patience) (string, error) {
	digest, size, err := digestOf(path)
	if err != nil {
		return "", err
	}
	var uri string
	err = patiently(ctx, "the upload of "+path, patience, func() error {
		there, err := store.GetUpload(ctx, &storev1.GetUploadRequest{Sha256: digest})
		if err != nil {
			return err
		}
		if there.GetArtifact() != nil {
			uri = there.GetArtifact().GetUri()
			return nil
		}
		header := &storev1.UploadHeader{Sha256: digest, SizeBytes: size, Offset: there.GetOffset()}
		answer, err := send(ctx, store, path, header)
		uri = answer.GetArtifact().GetUri()
		return err
	})
	if err != nil {
		return "", err
	}
	return uri + "/" + filepath.Base(path), nil
}

func digestOf(path string) (string, uint64, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", 0, err
	}
	defer file.Close()
	hash := sha256.New()
	size, err := io.Copy(hash, file)
	return hex.EncodeToString(hash.Sum(nil)), uint64(size), err
}

func send(
	ctx context.Context, store storev1.StoreServiceClient, path string, header *storev1.UploadHeader,
) (*storev1.UploadResponse, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if _, err = file.Seek(int64(header.GetOffset()), io.SeekStart); err != nil {
		return nil, err
	}
	stream, err := store.Upload(ctx)
	if err != nil {
		return nil, err
	}
	request := &storev1.UploadRequest{Part: &storev1.UploadRequest_Header{Header: header}}
	for {
		// Who takes no more has answered: the reason comes with the answer.
		if err = stream.Send(request); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, err
		}
		piece := make([]byte, pieceBytes)
		read, err := io.ReadFull(file, piece)
		if read == 0 {
			if !errors.Is(err, io.EOF) {
				return nil, err
			}
			break
		}
		request = &storev1.UploadRequest{Part: &storev1.UploadRequest_Data{Data: piece[:read]}}
	}
	return stream.CloseAndRecv()
}
